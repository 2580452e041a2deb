import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

const BUDGET = 250_000;
const manifest = JSON.parse(readFileSync('apps/console/dist/manifest.json', 'utf8')) as Record<string, Chunk>;

/** The file itself, and all that it cannot start without. */
function needed(key: string, known = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || known.has(chunk.file)) return known;
  known.add(chunk.file);
  for (const imported of chunk.imports ?? []) needed(imported, known);
  return known;
}

const compressed = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`apps/console/dist/${file}`), { level: 9 }).length, 0);

describe('the first load of the console', () => {
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? '';

  it(`stays under ${BUDGET / 1000} kB of compressed JavaScript, whichever view it begins with`, () => {
    const views = Object.keys(manifest).filter((key) => /-view\.tsx$/.test(key));
    expect(views.length).toBeGreaterThan(6);
    for (const view of views) {
      const size = compressed([...needed(view, needed(entry))].filter((file) => file.endsWith('.js')));
      expect({ view, size, within: size < BUDGET }).toEqual({ view, size, within: true });
    }
  });

  it('leaves the editor of policies for whoever opens a text', () => {
    const editor = Object.keys(manifest).find((key) => key.endsWith('cedar-editor.tsx')) ?? '';
    expect(manifest[editor]).toBeDefined();
    expect([...needed(entry)]).not.toContain(manifest[editor]?.file);
  });

  it('has nothing inline that its policy would stop', () => {
    const page = readFileSync('apps/console/dist/index.html', 'utf8');
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(page).not.toMatch(/\son\w+=|<style|style=/);
    expect(page).toContain('__HOLDSHORT_NONCE__');
    expect(page).not.toMatch(/https?:\/\//);
  });
});
