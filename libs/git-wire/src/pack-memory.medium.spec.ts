import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { writeRandomPack } from './testing/random-pack.js';

const HERE = dirname(fileURLToPath(import.meta.url));

describe('readPack in a process of its own', () => {
  it('reads 300 MB of random blobs within 60 MB', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdshort-git-wire-'));
    try {
      await writeRandomPack(join(folder, 'pack'), 300_000_000);
      const outfile = join(folder, 'child.mjs');
      const entryPoints = [join(HERE, 'testing/measure-read.ts')];
      await build({
        entryPoints,
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        conditions: ['@holdshort/source'],
        logLevel: 'error',
      });
      // The agent ships with these flags.
      const flags = ['--max-semi-space-size=1', '--max-old-space-size=48'];
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...flags,
        outfile,
        join(folder, 'pack'),
        join(folder, 'spool'),
      ]);
      const result = JSON.parse(stdout) as { objects: number; bytes: number; growth: number };
      expect(result.bytes).toBeGreaterThan(300_000_000);
      expect(result.growth).toBeLessThan(60_000_000);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
