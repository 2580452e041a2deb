/**
 * Run as a process of its own, bundled: hurts inputs for `argv[3]` seconds with the seed `argv[4]`, keeps those that run
 * blocks that none before them ran and hurts them further. `argv[2]` says which reader; prints what came of it.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headOfRefs, packOfFetch } from '../fetch-response.js';
import { fileScratch } from '../file-scratch.js';
import { readPack } from '../pack-reader.js';
import { PktLineParser } from '../pkt-line.js';
import { addNoThin } from '../receive-pack-advertisement.js';
import { readReceivePackCommands } from '../receive-pack-request.js';
import { ReportStatusReader } from '../report-status.js';
import { ContentPaths } from '../content-paths.js';
import { newContents } from '../new-contents.js';
import { NO_LOOKUP } from '../object-lookup.js';
import { summarisePush } from '../push-summary.js';
import { BlockCoverage } from './block-coverage.js';
import { drain, streamOf } from './chunks.js';
import { hurt, madePack, PACKET_SEEDS, repaired } from './fuzz-inputs.js';
import { Random } from './random.js';

const [, , reader = '', seconds = '', seed = ''] = process.argv;
const random = new Random(Number(seed));
const folder = mkdtempSync(join(tmpdir(), 'holdshort-fuzz-'));
const openFiles = (): number => readdirSync('/proc/self/fd').length;

const LIMITS = { packBytes: 1 << 20, objectBytes: 1 << 20, inflatedBytes: 1 << 23, objects: 1000 };

async function usePack(input: Buffer): Promise<void> {
  const scratch = await fileScratch(join(folder, 'spool'));
  try {
    const pack = await readPack(streamOf(input, 1 + random.below(300)), {
      objectFormat: 'sha1',
      scratch,
      limits: LIMITS,
    });
    const paths = new ContentPaths(pack);
    const tips = [...pack.list()]
      .slice(0, 20)
      .map(({ id }, i) => ({ ref: `refs/heads/${i}`, oldId: '0'.repeat(40), newId: id }));
    for await (const { chunks } of newContents(pack, paths)) await drain(chunks);
    await summarisePush(tips, pack, NO_LOOKUP, { contents: paths });
  } finally {
    await scratch.close();
    rmSync(scratch.path);
  }
}

function* packets(input: Buffer): Generator<() => Promise<unknown>> {
  const stream = (): AsyncGenerator<Buffer> => streamOf(input, 1 + random.below(40));
  yield async () => drain((await readReceivePackCommands(stream())).rest);
  yield () => drain(addNoThin(stream()));
  yield () => drain(packOfFetch(stream()));
  yield () => headOfRefs(stream());
  yield async () => {
    const parser = new PktLineParser();
    for await (const chunk of stream()) parser.push(chunk);
    parser.end();
  };
  yield async () => {
    const report = new ReportStatusReader();
    for await (const chunk of stream()) report.push(chunk);
    report.end();
  };
}

const calls = (input: Buffer): Iterable<() => Promise<unknown>> =>
  reader === 'pack' ? [() => usePack(input)] : packets(input);

const outcomes = { accepted: 0, refused: 0 };
const crashes: string[] = [];
let slowest = 0;

async function run(input: Buffer): Promise<void> {
  for (const call of calls(input)) {
    const start = performance.now();
    try {
      await call();
      outcomes.accepted++;
    } catch (error) {
      const known = error instanceof Error && error.name === 'HoldshortError';
      if (known) outcomes.refused++;
      else crashes.push(`${String(error)} on ${input.toString('base64').slice(0, 4000)}`);
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
}

const coverage = new BlockCoverage(import.meta.url);
const corpus: Buffer[] = [];
const seeds = reader === 'pack' ? Array.from({ length: 40 }, () => madePack(random)) : PACKET_SEEDS;
for (const input of seeds) {
  await run(input);
  coverage.takeNew();
  corpus.push(input);
}
const fromSeeds = coverage.blocks;
const filesBefore = openFiles();
let runs = 0;
for (const end = performance.now() + Number(seconds) * 1000; performance.now() < end && crashes.length === 0; runs++) {
  const fresh = reader === 'pack' && random.chance(20);
  const hurtInput = fresh ? madePack(random) : hurt(random, random.pick(corpus), random.pick(corpus));
  const input = reader === 'pack' && random.chance(70) ? repaired(hurtInput) : hurtInput;
  await run(input);
  if (coverage.takeNew() > 0) corpus.push(input);
}
const leaks = { files: openFiles() - filesBefore, spool: readdirSync(folder) };
rmSync(folder, { recursive: true });
const kept = corpus.length - seeds.length;
process.stdout.write(
  JSON.stringify({ runs, kept, fromSeeds, blocks: coverage.blocks, slowest, leaks, crashes, ...outcomes }),
);
