import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createAuthority, issueLeaf } from '@holdshort/tls';
import { Stack, execute, said } from '../harness/stack.js';

export interface Figure {
  name: string;
  value: number;
  unit: string;
}

interface Load {
  rps: number;
  p50: number;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Resident memory in MB, as the kernel counts it. */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** The agent's memory and speed beside a direct connection, in one run: a clone, and REST over 32 connections. */
export async function bench({ quick = false }: { quick?: boolean } = {}): Promise<Figure[]> {
  const stack = await Stack.start();
  try {
    await stack.signIn('alice', 'sam');
    return [
      ...(await cloneFigures(stack, quick ? 100 : 1000, quick ? 1 : 3)),
      ...(await restFigures(stack, quick ? 2 : 6, quick ? 1 : 3)),
    ];
  } finally {
    await stack.stop();
  }
}

async function cloneFigures(stack: Stack, megabytes: number, rounds: number): Promise<Figure[]> {
  const pid = stack.dev.processes['agent']?.pid ?? 0;
  await importRandom(stack, megabytes);
  await delay(3000);
  const idle = await residentMb(pid);
  const direct: number[] = [];
  const governed: number[] = [];
  let peak = idle;
  const sampling = setInterval(() => {
    void residentMb(pid).then((now) => (peak = Math.max(peak, now)));
  }, 100);
  const environment = { GIT_SSL_CAINFO: stack.dev.githubCa, GIT_CONFIG_COUNT: '0' };
  for (let round = 0; round < rounds; round += 1) {
    direct.push(
      await clone(stack, () =>
        execute(['git', 'clone', '-q', '--bare', `${stack.dev.github}/acme/big.git`, stack.workFile('copy')], {
          env: environment,
          timeoutMs: 600_000,
        }),
      ),
    );
    governed.push(
      await clone(stack, () =>
        stack.git('alice', ['clone', '-q', '--bare', 'https://github.com/acme/big.git', stack.workFile('copy')], {
          timeoutMs: 600_000,
        }),
      ),
    );
  }
  clearInterval(sampling);
  const speeds = (times: number[]): number => megabytes / median(times);
  return [
    { name: 'agent, idle memory', value: idle, unit: 'MB' },
    { name: `agent, memory added by cloning ${megabytes} MB`, value: peak - idle, unit: 'MB' },
    { name: 'clone, direct', value: speeds(direct), unit: 'MB/s' },
    { name: 'clone, through the agent', value: speeds(governed), unit: 'MB/s' },
    { name: 'clone, of direct', value: median(direct) / median(governed), unit: 'x' },
  ];
}

async function clone(
  stack: Stack,
  run: () => Promise<{ code: number | null; text: string; stdout: string; stderr: string }>,
): Promise<number> {
  const started = performance.now();
  const ran = await run();
  if (ran.code !== 0) throw new Error(said(ran));
  const seconds = (performance.now() - started) / 1000;
  await rm(stack.workFile('copy'), { recursive: true, force: true });
  return seconds;
}

/** A public repository, so that the direct clone needs no token. */
async function importRandom(stack: Stack, megabytes: number): Promise<void> {
  const dir = stack.workFile('big');
  await mkdir(dir);
  for (let written = 0; written < megabytes; written += 20)
    await writeFile(`${dir}/${written}.bin`, randomBytes(20_000_000));
  const script =
    'git init -q . && git config core.compression 0 && git config user.email a@b && git config user.name a && git add . && git commit -qm big && git branch -M main';
  const made = await execute(['sh', '-c', script], { cwd: dir, timeoutMs: 600_000 });
  if (made.code !== 0) throw new Error(said(made));
  await stack.control('POST', '/repos', { owner: 'acme', name: 'big', private: false });
  await stack.control('POST', '/repos/acme/big/import', { path: `${dir}/.git` });
  await rm(dir, { recursive: true, force: true });
}

async function restFigures(stack: Stack, seconds: number, rounds: number): Promise<Figure[]> {
  const upstream = await startStaticApi(stack);
  await pointAgentAt(stack, upstream);
  const direct: Load[] = [];
  const governed: Load[] = [];
  const env = { SERVER_NAME: 'api.github.com', SECONDS: String(seconds), CONNECTIONS: '32' };
  for (let round = 0; round < rounds; round += 1) {
    direct.push(
      load(
        await execute([process.execPath, here('rest-load.mjs')], {
          env: { ...env, MODE: 'direct', TARGET: `${upstream.url}/repos/acme/app`, CA: upstream.ca },
        }),
      ),
    );
    governed.push(
      load(
        await stack.run('alice', [process.execPath, here('rest-load.mjs')], {
          env: { ...env, MODE: 'proxy', TARGET: 'https://api.github.com/repos/acme/app', CA: stack.dev.ca },
        }),
      ),
    );
  }
  upstream.process.kill();
  const rps = (loads: Load[]): number => median(loads.map((one) => one.rps));
  return [
    { name: 'REST, direct, 32 connections', value: rps(direct), unit: 'requests/s' },
    { name: 'REST, governed and recorded, 32 connections', value: rps(governed), unit: 'requests/s' },
    { name: 'REST, of direct', value: rps(governed) / rps(direct), unit: 'x' },
    { name: 'REST p50, direct', value: median(direct.map((one) => one.p50)), unit: 'ms' },
    { name: 'REST p50, governed', value: median(governed.map((one) => one.p50)), unit: 'ms' },
    { name: 'agent, memory after the load', value: await residentMb(upstream.agentPid()), unit: 'MB' },
  ];
}

function load(ran: { code: number | null; text: string; stdout: string; stderr: string }): Load {
  if (ran.code !== 0) throw new Error(said(ran));
  return JSON.parse(ran.stdout) as Load;
}

interface StaticApi {
  url: string;
  ca: string;
  process: ChildProcess;
  agentPid: () => number;
}

async function startStaticApi(stack: Stack): Promise<StaticApi> {
  const authority = await createAuthority({ commonName: 'bench', days: 1 });
  const leaf = await issueLeaf(authority, {
    commonName: 'api.github.com',
    names: ['api.github.com'],
    usage: ['server'],
    seconds: 86_400,
  });
  const ca = await stack.write('static-ca.pem', authority.certificate);
  const [key, cert] = [
    await stack.write('static.key', leaf.privateKey),
    await stack.write('static.pem', leaf.certificate),
  ];
  const child = spawn(process.execPath, [here('static-api.mjs'), key, cert], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] =
    (await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).value?.split('\n') ?? [];
  return { url: `https://127.0.0.1:${port ?? ''}`, ca, process: child, agentPid: () => stack.pidOf('agent') };
}

/** The same agent with another upstream: the stand-in would be what is measured otherwise. */
async function pointAgentAt(stack: Stack, upstream: StaticApi): Promise<void> {
  stack.kill('agent', 'SIGTERM');
  await delay(5000);
  await stack.restart('agent', {
    HOLDSHORT_UPSTREAMS: JSON.stringify({ 'api.github.com': upstream.url }),
    HOLDSHORT_UPSTREAM_CA_FILE: upstream.ca,
  });
  await delay(1000);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.table(await bench({ quick: process.argv.includes('--quick') }));
}
