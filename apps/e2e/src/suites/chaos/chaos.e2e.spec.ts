import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres, type PostgresServer } from '@holdshort/dev-services';
import { describeWithKafka } from '@holdshort/testkit';
import { said } from '../../harness/execute.js';
import { chaosWords, runChaos } from './run-chaos.js';

/** One round of all kinds of faults; another seed is another order, by CHAOS_SEED. */
const FAULTS = 27;
const SEED = Number(process.env['CHAOS_SEED'] ?? 6);

describeWithKafka('under chaos', (broker) => {
  let dir = '';
  let postgres: PostgresServer;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'holdshort-chaos-'));
    postgres = await startPostgres({ dataDir: path.join(dir, 'postgres'), temporary: true });
  }, 120_000);
  afterAll(async () => {
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  }, 60_000);

  it('no event is lost, doubled or out of order, no attempt stays open, and the trail verifies', async () => {
    const lines: string[] = [];
    const report = await runChaos({
      ...{ faults: FAULTS, seed: SEED, kafka: broker(), postgres },
      print: (line) => lines.push(line),
    });
    process.stdout.write(`\nchaos, seed ${SEED}\n${chaosWords(report)}\n`);
    expect({ problems: report.problems, faults: report.problems.length > 0 ? lines : [] }).toEqual({
      problems: [],
      faults: [],
    });
    expect(said(report.store)).toBe('ok');
    expect(said(report.topics)).toBe('ok');
    expect(report.seen.pushes.some(({ landed }) => landed)).toBe(true);
    expect(report.seen.reads.length).toBeGreaterThan(0);
    expect(report.repeated).toBeGreaterThan(0);
    expect(report.leaderEpochs ?? 1).toBeGreaterThan(0);
  }, 600_000);
});
