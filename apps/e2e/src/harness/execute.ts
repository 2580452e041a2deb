import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Both, as a person would see them. */
  text: string;
}

export interface RunOptions {
  cwd?: string;
  /** Laid over this process's own; what is `undefined` here is taken away. */
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
}

/** `ok`, or all that was printed: what a failed expectation should show. */
export const said = ({ code, text }: Ran): string => (code === 0 ? 'ok' : `exit ${String(code)}\n${text}`);

/** What `execute` has started and has not ended: a failed test must not leave it behind. */
const running = new Set<ChildProcess>();

const endGroup = (child: ChildProcess): void => {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
};

/** Runs a program to its end; never throws for an exit code. */
export async function execute(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: options.cwd ?? tmpdir(),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const all: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    all.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err.push(chunk);
    all.push(chunk);
  });
  const timer = setTimeout(() => endGroup(child), options.timeoutMs ?? 120_000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(timer);
  const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  return { code, stdout: text(out), stderr: text(err), text: text(all) };
}

/** Ends what was started and has not ended, with all that it started. */
export const endRunning = (): void => running.forEach(endGroup);
