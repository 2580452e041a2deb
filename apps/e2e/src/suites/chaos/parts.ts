import { rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresServer, RunningKafka } from '@holdshort/dev-services';
import { isAlive, type Stack } from '../../harness/stack.js';

export const PROGRAMS = ['agent', 'control-plane', 'audit-ingest'] as const;
export type Program = (typeof PROGRAMS)[number];
export type Part = Program | 'kafka' | 'postgres';

export interface Trouble {
  clock_ms?: number;
  write_ms?: number;
  disk_full?: boolean;
}

const PRELOAD = fileURLToPath(new URL('troubled-process.mjs', import.meta.url));
/** A part that is started while another one is still down is started again; a broker on a starved machine takes minutes. */
const UP_WITHIN_MS = 360_000;
const AGAIN_MS = 500;

/** The processes under test, each of which can be killed, started again, and given trouble with clock and disk. */
export class Parts {
  readonly #trouble = new Map<Program, Trouble>();

  constructor(
    readonly stack: Stack,
    readonly kafka: RunningKafka,
    readonly postgres: PostgresServer,
  ) {}

  /** Starts our own processes anew, now with what can give them trouble. */
  async prepare(): Promise<void> {
    for (const program of [...PROGRAMS].reverse()) {
      await this.trouble(program, {});
      await this.kill(program);
      await this.start(program);
    }
  }

  /** Changes what is wrong with clock and disk of a process; it notices within 50 ms. */
  async trouble(program: Program, changes: Trouble): Promise<void> {
    const all = { ...this.#trouble.get(program), ...changes };
    this.#trouble.set(program, all);
    const file = this.#file(program);
    await writeFile(`${file}.new`, JSON.stringify(all));
    await rename(`${file}.new`, file);
  }

  async kill(part: Part, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (part === 'kafka') return this.kafka.kill(signal);
    if (part === 'postgres') return this.postgres.kill(signal);
    const pid = this.stack.pidOf(part);
    process.kill(pid, signal);
    while (isAlive(pid)) await delay(20);
  }

  /** Until it is up: a broker or database whose last process is still being cleaned up needs a second try. */
  async start(part: Part): Promise<void> {
    const deadline = Date.now() + UP_WITHIN_MS;
    for (;;) {
      try {
        await this.#startOnce(part);
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(AGAIN_MS);
      }
    }
  }

  #startOnce(part: Part): Promise<void> {
    if (part === 'kafka') return this.kafka.restart();
    if (part === 'postgres') return this.postgres.restart();
    return this.stack.restart(part, {
      NODE_OPTIONS: `--no-warnings --import ${PRELOAD}`,
      HOLDSHORT_CHAOS_FILE: this.#file(part),
      HOLDSHORT_LOG_LEVEL: 'warn',
    });
  }

  #file = (program: Program): string => this.stack.workFile(`trouble-${program}.json`);
}
