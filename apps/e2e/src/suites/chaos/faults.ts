import { setTimeout as delay } from 'node:timers/promises';
import type { Part, Parts, Program } from './parts.js';
import { repeatDeliveries } from './repeat-deliveries.js';
import type { SeededRandom } from './seeded-random.js';

export interface Fault {
  kind: string;
  /** What it befalls; two faults at once befall two parts. */
  part: Part;
  /** @returns what ends it */
  strike: (parts: Parts) => Promise<() => Promise<void>>;
  /** Between strike and end. */
  lastsMs: number;
}

type Make = (random: SeededRandom) => Fault;

const HOUR_MS = 3_600_000;

const killed =
  (part: Part, signal: NodeJS.Signals = 'SIGKILL'): Make =>
  (random) => ({
    kind: signal === 'SIGKILL' ? `kill -9 ${part}` : `restart ${part}`,
    part,
    lastsMs: random.between(0, 1500),
    strike: async (parts) => {
      await parts.kill(part, signal);
      return () => parts.start(part);
    },
  });

const fullDisk =
  (program: Program): Make =>
  (random) => ({
    kind: `full disk of ${program}`,
    part: program,
    lastsMs: random.between(300, 2500),
    strike: async (parts) => {
      await parts.trouble(program, { disk_full: true });
      return () => parts.trouble(program, { disk_full: false });
    },
  });

/** Also killed while a slow write is under way. */
const slowDisk =
  (program: Program): Make =>
  (random) => {
    const ms = random.between(50, 600);
    const isKilled = random.next() < 0.3;
    return {
      kind: `slow disk of ${program}`,
      part: program,
      lastsMs: random.between(500, 2500),
      strike: async (parts) => {
        await parts.trouble(program, { write_ms: ms });
        return async () => {
          if (isKilled) await parts.kill(program);
          await parts.trouble(program, { write_ms: 0 });
          if (isKilled) await parts.start(program);
        };
      },
    };
  };

/** Of agent and control plane together less than the two days that are taken for a clock; it stays until the next jump. */
const clockJump =
  (program: Program): Make =>
  (random) => {
    const ms = random.between(-20 * HOUR_MS, 20 * HOUR_MS);
    return {
      kind: `clock jump of ${program}`,
      part: program,
      lastsMs: 0,
      strike: async (parts) => {
        await parts.trouble(program, { clock_ms: ms });
        return () => Promise.resolve();
      },
    };
  };

const repeated: Make = (random) => ({
  kind: 'repeated deliveries',
  part: 'kafka',
  lastsMs: 0,
  strike: async (parts) => {
    await repeatDeliveries(parts.kafka.brokers, random);
    return () => Promise.resolve();
  },
});

/** How often each comes in a round; brokers take longest to come back. */
const ROUND: readonly Make[] = [
  ...Array.from({ length: 5 }, () => killed('agent')),
  ...Array.from({ length: 3 }, () => killed('control-plane')),
  ...Array.from({ length: 3 }, () => killed('audit-ingest')),
  ...Array.from({ length: 2 }, () => killed('postgres')),
  killed('kafka'),
  killed('kafka', 'SIGTERM'),
  ...Array.from({ length: 3 }, () => fullDisk('agent')),
  fullDisk('control-plane'),
  ...Array.from({ length: 2 }, () => slowDisk('agent')),
  slowDisk('control-plane'),
  ...Array.from({ length: 2 }, () => clockJump('agent')),
  clockJump('control-plane'),
  ...Array.from({ length: 2 }, () => repeated),
];

export function planFaults(count: number, random: SeededRandom): Fault[] {
  const plan: Fault[] = [];
  while (plan.length < count) plan.push(...random.shuffled(ROUND).map((make) => make(random)));
  return plan.slice(0, count);
}

/** Strikes one after the other; a third of them while the one before still lasts, where it befalls another part. */
export async function strikeAll(
  parts: Parts,
  plan: readonly Fault[],
  random: SeededRandom,
  onStrike: (fault: Fault) => void,
): Promise<void> {
  let before: { part: Part; end: () => Promise<void> } | undefined;
  for (const fault of plan) {
    if (before?.part === fault.part) {
      await before.end();
      before = undefined;
    }
    onStrike(fault);
    const end = await fault.strike(parts);
    await delay(fault.lastsMs);
    if (random.next() >= 0.67 && !before) {
      before = { part: fault.part, end };
      continue;
    }
    // side by side: what ended first may come back only with what this fault has taken away
    await Promise.all([before?.end(), end()]);
    before = undefined;
    await delay(random.between(0, 1000));
  }
  await before?.end();
}
