import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DevFile } from './dev-file.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Launched {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

function launch(cwd: string, args: string[], env: NodeJS.ProcessEnv = {}): Launched {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { child, output: () => text, ended };
}

async function until(condition: () => boolean, milliseconds: number): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline && !condition();) await delay(50);
  return condition();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const pidsOf = (dev: DevFile): number[] => Object.values(dev.processes).map(({ pid }) => pid);

async function readyStack(scratch: string): Promise<Launched & { dev: DevFile; readyFile: string }> {
  const readyFile = join(scratch, 'ready.json');
  const stack = launch(scratch, ['start', '--ephemeral', '--ready-file', readyFile], { TMPDIR: scratch });
  const ready = await until(() => existsSync(readyFile) || stack.child.exitCode !== null, 50_000);
  if (!ready || !existsSync(readyFile)) throw new Error(`the stack did not start:\n${stack.output()}`);
  return { ...stack, readyFile, dev: JSON.parse(readFileSync(readyFile, 'utf8')) as DevFile };
}

describe('the embedded stack', () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'holdshort-dev-stack-'));
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  it('says where everything is once it answers, and leaves nothing behind on SIGTERM', async () => {
    const { child, dev, readyFile, ended, output } = await readyStack(scratch);
    expect(Object.keys(dev)).toEqual([
      ...[
        'console',
        'controlPlane',
        'grpc',
        'agentProxy',
        'agentEndpoint',
        'agentAdmin',
        'ca',
        'github',
        'githubControl',
        'githubCa',
        'enterpriseServers',
        'enterpriseControl',
      ],
      ...['idp', 'kafka', 'database', 'logDir', 'users', 'processes'],
    ]);
    expect(statSync(readyFile).mode & 0o777).toBe(0o600);
    expect(Object.keys(dev.processes).sort()).toEqual([
      'agent',
      'audit-ingest',
      'control-plane',
      'github-standin',
      'postgres',
    ]);
    expect(JSON.stringify(dev.processes)).not.toMatch(/postgresql:\/\//);
    expect(readFileSync(dev.ca, 'utf8')).toContain('BEGIN CERTIFICATE');
    for (const url of [
      `${dev.controlPlane}/api/v1/health`,
      `${dev.agentAdmin}/healthz`,
      `${dev.githubControl}/health`,
    ]) {
      expect([url, (await fetch(url)).status]).toEqual([url, 200]);
    }
    expect(output()).toContain(`console        ${dev.console}`);

    const told = Date.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(Date.now() - told).toBeLessThan(10_000);
    expect(pidsOf(dev).filter(isAlive)).toEqual([]);
    expect([existsSync(readyFile), existsSync(dirname(dev.logDir))]).toEqual([false, false]);
  });

  it('lets a process be killed, says so, and be started again from the ready file', async () => {
    const { child, dev, ended, output } = await readyStack(scratch);
    const { agent } = dev.processes;
    process.kill(agent?.pid ?? 0, 'SIGKILL');
    expect(await until(() => output().includes('agent ended (SIGKILL); the rest goes on.'), 5_000)).toBe(true);
    expect((await fetch(`${dev.controlPlane}/api/v1/health`)).status).toBe(200);
    const [file = '', ...args] = agent?.command ?? [];
    const again = spawn(file, args, { env: { PATH: process.env.PATH ?? '', ...agent?.env }, stdio: 'ignore' });
    const answers = (): Promise<boolean> =>
      fetch(`${dev.agentAdmin}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
    for (let n = 0; n < 100 && !(await answers()); n += 1) await delay(100);
    expect(await answers()).toBe(true);
    again.kill('SIGTERM');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('does not outlive its launcher, even when this is killed with -9', async () => {
    const { child, dev } = await readyStack(scratch);
    child.kill('SIGKILL');
    expect(await until(() => !pidsOf(dev).some(isAlive), 15_000)).toBe(true);
  });

  it('stops what has started when it is interrupted while starting', async () => {
    const stack = launch(scratch, ['start', '--ephemeral'], { TMPDIR: scratch });
    await until(() => readdirSync(scratch).some((name) => name.startsWith('holdshort-stack-')), 10_000);
    stack.child.kill('SIGINT');
    await stack.ended;
    expect(readdirSync(scratch).filter((name) => name.startsWith('holdshort-stack-'))).toEqual([]);
  });

  it('names a port that is taken, and the setting that moves it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stack = launch(scratch, ['start'], { HOLDSHORT_IDP_PORT: String(port) });
    const code = await stack.ended;
    await new Promise((resolve) => server.close(resolve));
    expect([code, stack.output()]).toEqual([
      1,
      `Port ${port} (Local identity provider) is in use on 127.0.0.1.\n` +
        'Stop what uses it, or choose another port with HOLDSHORT_IDP_PORT (0 picks a free one).\n',
    ]);
  });
});
