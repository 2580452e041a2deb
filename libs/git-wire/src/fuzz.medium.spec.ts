import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
/** HOLDSHORT_FUZZ_SECONDS and HOLDSHORT_FUZZ_SEED: for longer searches than CI has time for, and to repeat one. */
const SECONDS = Number(process.env['HOLDSHORT_FUZZ_SECONDS'] ?? 10);
const SEED = process.env['HOLDSHORT_FUZZ_SEED'] ?? String(Date.now() % 1_000_000);

interface Result {
  runs: number;
  kept: number;
  fromSeeds: number;
  blocks: number;
  slowest: number;
  accepted: number;
  refused: number;
  leaks: { files: number; spool: string[] };
  crashes: string[];
}

/** Guided by V8's block coverage: the binary of @jazzer.js/core 4.0.0 does not load on every system that runs these tests. */
async function fuzz(reader: 'pack' | 'packets'): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'holdshort-git-wire-'));
  try {
    const outfile = join(folder, 'child.mjs');
    await build({
      entryPoints: [join(HERE, 'testing/fuzz-child.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@holdshort/source'],
      logLevel: 'error',
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile, reader, String(SECONDS), SEED], {
      timeout: SECONDS * 1000 + 30_000,
      env: { ...process.env, TMPDIR: folder },
    });
    return JSON.parse(stdout) as Result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('coverage-guided fuzzing', () => {
  it.each(['pack', 'packets'] as const)(
    `the reader of %s neither crashes, hangs nor leaks a file (seed ${SEED})`,
    async (reader) => {
      const result = await fuzz(reader);
      expect(result).toMatchObject({ crashes: [], leaks: { files: 0, spool: [] } });
      expect(result.runs).toBeGreaterThan(200);
      expect(result.accepted).toBeGreaterThan(20);
      expect(result.refused).toBeGreaterThan(100);
      // The search finds code that its seeds do not run, or it searches nothing.
      expect(result.kept).toBeGreaterThan(0);
      expect(result.blocks).toBeGreaterThan(result.fromSeeds);
      expect(result.slowest).toBeLessThan(5000);
    },
    SECONDS * 1000 + 60_000,
  );
});
