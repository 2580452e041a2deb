import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

describe('the documentation', () => {
  it('names a test that exists for each promise', () => {
    const rows = read('docs/promises.md')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(1);
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows) {
      const tests = row.match(/[A-Za-z0-9_./-]+\.(?:spec|bench)\.ts/g) ?? [];
      expect({ row, tests: tests.length > 0 }).toEqual({ row, tests: true });
      for (const test of tests)
        expect({ test, exists: existsSync(path.join(ROOT, test)) }).toEqual({ test, exists: true });
    }
  });

  it('promises in the README only scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('README.md').matchAll(/npm (?:run )?(build|start|demo|test|lint|bench|generate)\b/g)].map(
      ([, name = '']) => name,
    );
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  it('names the files of the path of a call as they are', () => {
    const named = [
      ...read('docs/architecture.md').matchAll(/`((?:steps|listener|audit|control|session)\/[a-z-]+\.ts)`/g),
    ].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(10);
    for (const file of named)
      expect({ file, exists: existsSync(path.join(ROOT, 'apps/agent/src', file)) }).toEqual({ file, exists: true });
  });
});
