import { setTimeout as delay } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { cp, readdir, readFile } from 'node:fs/promises';
import type { PostgresServer, RunningKafka } from '@holdshort/dev-services';
import type { Ran } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';
import { requireValidStore } from '../../harness/require-valid-store.js';
import { until } from '../../harness/until.js';
import { examine, type Findings } from './examine.js';
import { planFaults, strikeAll } from './faults.js';
import { Load, type Seen } from './load.js';
import { Parts, PROGRAMS } from './parts.js';
import { SeededRandom } from './seeded-random.js';

export interface ChaosOptions {
  faults: number;
  seed: number;
  kafka: RunningKafka;
  postgres: PostgresServer;
  print: (line: string) => void;
  /** Ends the run after the fault under way; everything is stopped and removed. */
  signal?: AbortSignal;
  /** Where logs go when something was found, or the run broke off. */
  keepLogsIn?: string;
}

export interface ChaosReport extends Findings {
  struck: Record<string, number>;
  seen: Seen;
  /** How often the leader of a partition of the events changed; undefined where the broker's files are out of reach. */
  leaderEpochs: number | undefined;
  store: Ran;
  topics: Ran;
}

/** Whether nothing was found. */
export const isGood = ({ problems, store, topics }: ChaosReport): boolean =>
  problems.length === 0 && store.code === 0 && topics.code === 0;

async function keepLogs({ dev }: Stack, { keepLogsIn, print }: ChaosOptions): Promise<void> {
  if (keepLogsIn === undefined) return;
  await cp(dev.logDir, keepLogsIn, { recursive: true });
  print(`logs: ${keepLogsIn}`);
}

const DRAINED_WITHIN_MS = 120_000;

/** Starts everything, lets the load run while the faults strike, and examines what is left of the trail. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { kafka, postgres } = options;
  const database = await postgres.ensureDatabase('holdshort');
  const stack = await Stack.start({
    env: { HOLDSHORT_KAFKA_BROKERS: kafka.brokers.join(','), HOLDSHORT_DATABASE_URL: database },
  });
  const load = new Load(stack);
  try {
    const parts = new Parts(stack, kafka, postgres);
    const struck = await strikeUnderLoad(parts, load, options);
    const report = { ...(await afterwards(parts, load, options)), struck };
    if (!isGood(report)) await keepLogs(stack, options);
    return report;
  } catch (error) {
    load.giveUp();
    await keepLogs(stack, options);
    throw error;
  } finally {
    // what it says of the store is in the report; what broke off the run is said instead
    await stack.stop().catch(() => undefined);
  }
}

async function strikeUnderLoad(parts: Parts, load: Load, options: ChaosOptions): Promise<Record<string, number>> {
  await parts.stack.signIn('alice', 'sam');
  const random = new SeededRandom(options.seed);
  const struck: Record<string, number> = {};
  await parts.prepare();
  await load.start();
  await strikeAll(parts, planFaults(options.faults, random), random, ({ kind }) => {
    options.signal?.throwIfAborted();
    struck[kind] = (struck[kind] ?? 0) + 1;
    options.print(`${new Date().toISOString()} ${kind}`);
  });
  return struck;
}

async function afterwards(parts: Parts, load: Load, { print }: ChaosOptions): Promise<Omit<ChaosReport, 'struck'>> {
  const { stack, kafka } = parts;
  for (const program of PROGRAMS) await parts.trouble(program, { clock_ms: 0, write_ms: 0, disk_full: false });
  print(`${new Date().toISOString()} all faults are over, the load ends`);
  const seen = await load.stop();
  print(`${new Date().toISOString()} the spools drain`);
  await until(() => isDrained(stack), { withinMs: DRAINED_WITHIN_MS, everyMs: 500 });
  print(`${new Date().toISOString()} the trail is examined`);
  const findings = await settled(parts, seen);
  // clocks that jumped have ended the sign-in
  await stack.signIn('sam');
  const verify = (...args: string[]): Promise<Ran> => stack.holdshort('sam', ['audit', 'verify', ...args]);
  const invalid = await requireValidStore(stack.dev.database).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  return {
    ...findings,
    problems: [...findings.problems, ...invalid],
    seen,
    leaderEpochs: await leaderEpochs(kafka),
    store: await verify(),
    topics: await verify('--kafka', kafka.brokers.join(',')),
  };
}

/** What was delivered is stored moments later; what is still wrong after that is a finding. */
async function settled(parts: Parts, seen: Seen): Promise<Findings> {
  const deadline = Date.now() + DRAINED_WITHIN_MS;
  for (;;) {
    const findings = await examine(parts, seen);
    if (findings.problems.length === 0 || Date.now() > deadline) return findings;
    await delay(2000);
  }
}

async function isDrained(stack: Stack): Promise<boolean> {
  const text = await fetch(`${stack.dev.agentAdmin}/metrics`).then((answer) => answer.text());
  return /^holdshort_agent_spool_depth_events 0$/m.test(text);
}

/** The last line of a partition's `leader-epoch-checkpoint` is its newest epoch and where it began. */
async function leaderEpochs({ command }: RunningKafka): Promise<number | undefined> {
  const logs = join(dirname(command.at(-1) ?? ''), 'logs');
  const partitions = await readdir(logs).catch(() => []);
  const epochs = await Promise.all(
    partitions
      .filter((name) => name.startsWith('holdshort.audit.events.v1-'))
      .map(async (name) => {
        const text = await readFile(join(logs, name, 'leader-epoch-checkpoint'), 'utf8').catch(() => '');
        return Number(text.trim().split('\n').at(-1)?.split(' ')[0] ?? 0);
      }),
  );
  return epochs.length === 0 ? undefined : Math.max(...epochs);
}

/** The counts, as they are printed after each run. */
export const chaosWords = ({ struck, seen, leaderEpochs: epochs, ...found }: ChaosReport): string =>
  [
    ...Object.entries(struck).map(([kind, count]) => `${String(count).padStart(6)}  ${kind}`),
    `${Object.values(struck).reduce((sum, count) => sum + count, 0)} faults; ${seen.pushes.length} pushes, of which ${seen.pushes.filter(({ landed }) => landed).length} landed; ${seen.reads.length} reads answered; ${seen.failed} calls refused or broken off`,
    `${found.events} events in ${found.chains} chains, ${found.attempts} attempts with their outcome, ${found.repeated} repeated deliveries, leader epoch ${epochs ?? 'unknown'}`,
    `problems: ${found.problems.length === 0 ? 'none' : found.problems.slice(0, 40).join('; ')}`,
    `audit verify: store exit ${String(found.store.code)}, Kafka exit ${String(found.topics.code)}`,
  ].join('\n');
