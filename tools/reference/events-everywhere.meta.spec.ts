import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENT_TYPE_NAMES } from '@holdshort/audit-events';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Source {
  file: string;
  text: string;
}

const sources: Source[] = ['apps', 'libs'].flatMap((base) =>
  readdirSync(path.join(ROOT, base), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(node_modules|dist|gen)\//.test(file))
    .map((file) => ({ file: `${base}/${file}`, text: readFileSync(path.join(ROOT, base, file), 'utf8') })),
);

const isTest = ({ file }: Source): boolean => /\.(spec|bench)\.ts$|\/testing\/|\/test-support\//.test(file);
/** Where types are only listed or shown. */
const isList = ({ file }: Source): boolean =>
  /^libs\/(audit-events|testkit)\/|\/access\/access-events\.ts$|^apps\/(cli|console|e2e|dev-stack)\//.test(file);

const emitting = sources.filter((source) => !isTest(source) && !isList(source));
const specs = sources.filter(({ file }) => file.endsWith('.spec.ts') && !file.startsWith('libs/audit-events/'));

const naming = (within: readonly Source[], type: string): string[] =>
  within.filter(({ text }) => text.includes(`'${type}'`) || text.includes(`"${type}"`)).map(({ file }) => file);

describe.each(EVENT_TYPE_NAMES)('%s', (type) => {
  it('is emitted by a process', () => {
    expect(naming(emitting, type)).not.toEqual([]);
  });

  it('is asserted by a test of what emits it', () => {
    expect(naming(specs, type)).not.toEqual([]);
  });
});

it('finds nothing for a type that nobody emits', () => {
  const nobodys = ['weather', 'changed'].join('.');
  expect(naming(emitting, nobodys)).toEqual([]);
  expect(naming(specs, nobodys)).toEqual([]);
  expect(emitting.length).toBeGreaterThan(300);
});
