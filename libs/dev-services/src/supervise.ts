import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldshortError } from '@holdshort/errors';
import { guardProcess } from './guard-process.js';
import { ReadyLineReader, sizeOf, type ReadyLine } from './ready-line.js';

export type { ReadyLine } from './ready-line.js';

export interface ChildOptions {
  /** How messages name it, e.g. `control-plane`. */
  name: string;
  command: readonly [string, ...string[]];
  /** All that the child sees: nothing of our own environment is passed on by itself. */
  env: Record<string, string>;
  cwd?: string;
  /** Its stdout and stderr go here, appended. */
  logFile: string;
  readyWithinMs?: number;
  /** Called when it ends without having been told to. */
  onDeath?: (death: ChildDeath) => void;
}

export interface ChildDeath {
  name: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  logFile: string;
}

export interface SupervisedChild {
  readonly name: string;
  readonly pid: number;
  readonly ready: ReadyLine;
  readonly options: ChildOptions;
  isRunning(): boolean;
  /** SIGTERM, SIGKILL after 4 s, and whatever of its process group is left. Safe to call twice. */
  stop(): Promise<void>;
  /** SIGKILL to its process group, at once. */
  kill(): void;
}

/** Node with a database to migrate takes 2 s here; a loaded machine gets a lot more. */
const READY_WITHIN_MS = 60_000;
/** Processes promise 5 s; the stack promises 10 s for all of them, one after the other. */
const STOP_WITHIN_MS = 4_000;

/**
 * Starts a process in a group of its own, with a guard that stops the group when we die, and waits for its ready line.
 * @throws HoldshortError `internal_error` with the end of the log where it ends or says nothing in time
 */
export async function superviseChild(options: ChildOptions): Promise<SupervisedChild> {
  const output = new ReadyLineReader(options.logFile, sizeOf(options.logFile));
  const { child, pid } = launch(options);
  const guard = guardProcess(pid, { group: true });
  const state = { told: false };
  const gone = ended(child).then((death) => {
    guard.release();
    if (!state.told) options.onDeath?.({ name: options.name, logFile: options.logFile, ...death });
  });
  const stop = async (): Promise<void> => {
    state.told = true;
    await stopGroup(child, pid, gone);
  };
  const kill = (): void => {
    state.told = true;
    signalGroup(pid, 'SIGKILL');
  };
  try {
    const ready = await awaitReady(options, child, output);
    return { name: options.name, pid, ready, options, isRunning: () => isRunning(child), stop, kill };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/**
 * Output goes straight to the file, never through us: a test may kill a process and start it again by itself, and a
 * pipe would end with us.
 */
function launch(options: ChildOptions): { child: ChildProcess; pid: number } {
  const log = openSync(options.logFile, 'a', 0o600);
  const [file, ...args] = options.command;
  try {
    const child = spawn(file, args, {
      cwd: options.cwd,
      detached: true,
      env: options.env,
      stdio: ['ignore', log, log],
    });
    child.on('error', () => undefined);
    if (child.pid === undefined) throw failure(options, `${file} cannot be run.`);
    return { child, pid: child.pid };
  } finally {
    closeSync(log);
  }
}

const ended = (child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });

async function awaitReady(options: ChildOptions, child: ChildProcess, output: ReadyLineReader): Promise<ReadyLine> {
  const limit = options.readyWithinMs ?? READY_WITHIN_MS;
  const deadline = Date.now() + limit;
  while (Date.now() < deadline) {
    const running = isRunning(child);
    const ready = output.poll();
    if (ready) return ready;
    if (!running) throw failure(options, 'It ended while it started.');
    await delay(20);
  }
  throw failure(options, `It was not ready after ${limit / 1000} s.`);
}

function failure(options: ChildOptions, what: string): HoldshortError {
  const log = existsSync(options.logFile) ? readFileSync(options.logFile, 'utf8').trimEnd() : '';
  const end = log.split('\n').slice(-8).join('\n');
  return new HoldshortError('internal_error', `${options.name} did not start. ${what}\n${end}`.trim(), {
    advice: `Read ${options.logFile}.`,
  });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (thrown) {
    // Nobody left in the group: what we want.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

async function stopGroup(child: ChildProcess, pid: number, gone: Promise<void>): Promise<void> {
  if (isRunning(child)) {
    child.kill('SIGTERM');
    await Promise.race([gone, delay(STOP_WITHIN_MS, undefined, { ref: false })]);
  }
  // Also when it ended by itself: its own children (a git process, say) must not stay.
  signalGroup(pid, 'SIGKILL');
  await gone;
}
