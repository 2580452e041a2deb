import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SigningKey } from '@holdshort/audit-events';
import { openAuditTrail, type Publisher } from './index.js';
import { usualRead } from './testing/usual-read.js';

const WRITERS = 256;
const DURATION_MS = 1500;
const ROUNDS = 3;

const nobody: Publisher = {
  kind: 'none',
  publish: () => Promise.reject(new Error('measuring the spool alone')),
  isConnected: () => false,
  close: () => Promise.resolve(),
};

/** Durable records per second of one process: chained, hashed, one fsync for all that wait; heads unsigned and signed in turn. */
export async function bench(): Promise<{ name: string; value: number; unit: string; target?: string }[]> {
  const figures = { single: 0, singleSigned: 0, group: 0, groupSigned: 0, large: 0, cpu: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    figures.single += (await measure(1, false)).rate;
    figures.singleSigned += (await measure(1, true)).rate;
    const group = await measure(WRITERS, false);
    figures.group += group.rate;
    figures.cpu += group.cpuUs;
    figures.groupSigned += (await measure(WRITERS, true)).rate;
    figures.large += (await measure(4 * WRITERS, false)).rate;
  }
  const row = (name: string, sum: number, target?: string) => ({
    ...{ name, value: Math.round(sum / ROUNDS), unit: 'events/s' },
    ...(target === undefined ? {} : { target }),
  });
  return [
    row('spool append, 1 writer', figures.single),
    row('spool append, 1 writer, heads signed', figures.singleSigned),
    row(`spool append, ${WRITERS} writers, group commit`, figures.group, '40,000'),
    row(`spool append, ${WRITERS} writers, group commit, heads signed`, figures.groupSigned),
    row(`spool append, ${4 * WRITERS} writers, group commit`, figures.large, '40,000'),
    // what the rate comes to on a core of its own, however busy the machine is
    {
      name: `spool append, ${WRITERS} writers, CPU time`,
      value: Number((figures.cpu / ROUNDS).toFixed(1)),
      unit: 'us/event',
    },
  ];
}

interface Measured {
  /** Per second. */
  rate: number;
  /** Of all threads, per event. */
  cpuUs: number;
}

async function measure(writers: number, isSigned: boolean): Promise<Measured> {
  const dir = await mkdtemp(join(tmpdir(), 'hs-bench-'));
  const trail = await openAuditTrail({
    dir,
    emitter: { id: 'agt_bench', host: 'box', version: '1' },
    tenant: 'default',
    publisher: nobody,
  });
  try {
    if (isSigned) trail.signCheckpoints(SigningKey.generate());
    return await run(writers, (id) => trail.record(usualRead(id)));
  } finally {
    await trail.close(0);
    await rm(dir, { recursive: true, force: true });
  }
}

async function run(writers: number, record: (id: string) => Promise<unknown>): Promise<Measured> {
  const used = process.cpuUsage();
  const start = performance.now();
  let count = 0;
  const writer = async (): Promise<void> => {
    while (performance.now() - start < DURATION_MS) {
      count += 1;
      await record(`c${count}`);
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  const rate = (count * 1000) / (performance.now() - start);
  const { user, system } = process.cpuUsage(used);
  return { rate, cpuUs: (user + system) / count };
}
