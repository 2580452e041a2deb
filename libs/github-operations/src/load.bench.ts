import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

interface Measured {
  name: string;
  value: number;
  unit: string;
  min: number;
  max: number;
  target: string;
}

export const about =
  'What a process pays for the tables: import of libs/github-operations, and the first REST call, which builds the router. In processes of their own, bundled as the agent ships it and as separate modules.';

const CHILD = `globalThis.gc(); const heap = process.memoryUsage().heapUsed; const start = performance.now();
const { classifyRest } = await import(process.argv[1]);
classifyRest({ host: 'api.github.com', method: 'GET', path: '/repos/acme/app' });
const time = performance.now() - start; globalThis.gc();
console.log(JSON.stringify({ time, heap: (process.memoryUsage().heapUsed - heap) / 1e6 }));`;

interface Load {
  time: number;
  heap: number;
}

const loadOnce = (file: string): Load =>
  JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', CHILD, pathToFileURL(file).href], {
      encoding: 'utf8',
    }),
  ) as Load;

function spread(name: string, unit: string, values: number[], target: string): Measured {
  const sorted = values.sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { name, value: at(sorted.length >> 1), unit, min: at(0), max: at(sorted.length - 1), target };
}

function measure(name: string, file: string, rounds: number): Measured[] {
  loadOnce(file);
  const loads = Array.from({ length: rounds }, () => loadOnce(file));
  return [
    spread(
      `load, ${name}`,
      'ms',
      loads.map(({ time }) => time),
      'under 50',
    ),
    spread(
      `heap, ${name}`,
      'MB',
      loads.map(({ heap }) => heap),
      'under 15',
    ),
  ];
}

/** Milliseconds and megabytes until the first call is classified; each round is a new process. */
export async function bench({ quick = false }: { quick?: boolean } = {}): Promise<Measured[]> {
  const dir = mkdtempSync(join(tmpdir(), 'holdshort-load-'));
  try {
    const outfile = join(dir, 'bundle.mjs');
    const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url));
    // As apps/agent/build.mjs does it
    await build({
      ...{ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node22' },
      ...{ minifyWhitespace: true, minifySyntax: true, logLevel: 'error' },
    });
    const rounds = quick ? 5 : 15;
    return [...measure('bundled', outfile, rounds), ...measure('separate modules', entry, rounds)];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
