import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What listens between the load and the origin, or the origin itself. */
export interface Way {
  name: string;
  /** Where TLS is spoken to, under which name, trusting which PEM file. */
  host: string;
  port: number;
  servername: string;
  ca: string;
  proxy?: { host: string; port: number; authority: string; authorization?: string };
  pid?: number;
  stop: () => Promise<void>;
}

const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/usr/lib/squid'];

/** The program's path, undefined where it is not installed. */
export const programNamed = (name: string): string | undefined =>
  [...(process.env['PATH'] ?? '').split(':'), ...FOLDERS]
    .map((folder) => `${folder}/${name}`)
    .find((file) => existsSync(file));

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.unref();
    setTimeout(() => socket.destroy(), 200).unref();
  });

const START_MS = 30_000;

/** Starts a server that stays in the foreground, and waits until its port answers. */
export async function startServer(command: [string, ...string[]], port: number): Promise<ChildProcess> {
  const [file, ...args] = command;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)));
  const deadline = Date.now() + START_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${file} did not start:\n${said}`);
    }
    await delay(50);
  }
  return child;
}

export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'close');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(late);
}
