import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execute, said } from '../harness/execute.js';
import { Stack } from '../harness/stack.js';
import { sessionEnvironment } from './bench-stack.js';
import { percentile, ratios, spread, type Figure } from './figure.js';
import { interleave } from './interleave.js';
import { createBenchAuthority, type BenchAuthority } from './peers/bench-authority.js';
import { stopServer } from './peers/peer.js';
import { peakMb, residentMb } from './resident-memory.js';

const MODEL_HOST = 'api.githubcopilot.com';

interface Plan {
  streams: number;
  times: number;
  events: number;
  intervalMs: number;
}

interface Measured {
  /** Milliseconds from the request to the first byte of the body, of each stream. */
  firstByteMs: number[];
  seconds: number;
  bytes: number;
}

/** How the streams are reached, as stream-load.mjs wants it. */
type Way = Record<string, unknown>;

export const about =
  'A streamed chat completion over TLS, direct and through the agent, which reads a copy of prompt and answer as they pass and has one event on disk before the end of the answer. The time to the first byte is that of a request on an open connection; the agent decides anew for each.';

export async function bench({ quick = false }: { quick?: boolean } = {}): Promise<Figure[]> {
  const stack = await Stack.start();
  const authority = await createBenchAuthority([MODEL_HOST]);
  const origin = await startOrigin(authority);
  try {
    await stack.signIn('alice');
    const direct: Way = { host: '127.0.0.1', port: origin.port, ca: authority.ca, authorization: 'Bearer none' };
    const governed = await startGoverned(stack, authority, origin.port);
    const sides = { direct, 'through the agent': governed };
    const rounds = quick ? 2 : 5;
    return [
      ...(await firstBytes(sides, rounds, quick ? 20 : 50)),
      ...(await throughput(sides, rounds, quick ? 40_000 : 150_000)),
      ...(await many(stack, sides, quick ? 60 : 250)),
    ];
  } finally {
    await stopServer(origin.child);
    await stack.stop();
    await rm(authority.dir, { recursive: true, force: true });
  }
}

async function startOrigin(authority: BenchAuthority): Promise<{ child: ChildProcess; port: number }> {
  const file = fileURLToPath(new URL('model-stream.mjs', import.meta.url));
  const child = spawn(process.execPath, [file, authority.key, authority.certificate], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  return { child, port: Number(line.value) };
}

/** The same agent with another upstream: the stand-in would be what is measured otherwise. */
async function startGoverned(stack: Stack, authority: BenchAuthority, port: number): Promise<Way> {
  stack.kill('agent', 'SIGTERM');
  await stack.restart('agent', {
    HOLDSHORT_UPSTREAMS: JSON.stringify({ [MODEL_HOST]: `https://127.0.0.1:${port}` }),
    HOLDSHORT_UPSTREAM_CA_FILE: authority.ca,
  });
  const variables = await sessionEnvironment(stack);
  const proxy = new URL(variables['HTTPS_PROXY'] ?? '');
  const credential = Buffer.from(`${proxy.username}:${decodeURIComponent(proxy.password)}`).toString('base64');
  return {
    ca: stack.dev.ca,
    authorization: `Bearer ${variables['GH_TOKEN'] ?? ''}`,
    proxy: {
      host: proxy.hostname,
      port: Number(proxy.port),
      authority: `${MODEL_HOST}:443`,
      authorization: `Basic ${credential}`,
    },
  };
}

async function load(way: Way, plan: Plan): Promise<Measured> {
  const file = fileURLToPath(new URL('stream-load.mjs', import.meta.url));
  const ran = await execute([process.execPath, file, JSON.stringify({ ...way, ...plan, servername: MODEL_HOST })]);
  if (ran.code !== 0) throw new Error(said(ran));
  return JSON.parse(ran.stdout) as Measured;
}

type Sides = Record<string, Way>;

const compare = (sides: Sides, rounds: number, plan: Plan): Promise<Record<string, Measured[]>> =>
  interleave(
    Object.entries(sides).map(([name, way]) => ({ name, run: () => load(way, plan) })),
    rounds,
  );

async function firstBytes(sides: Sides, rounds: number, times: number): Promise<Figure[]> {
  const plan = { streams: 1, times, events: 20, intervalMs: 0 };
  await compare(sides, 1, plan);
  const results = await compare(sides, rounds, plan);
  const at = (share: number, name: string): number[] =>
    (results[name] ?? []).map(({ firstByteMs }) => percentile(firstByteMs, share));
  return Object.keys(sides).flatMap((name) => [
    spread(`one stream, first byte: ${name}, p50`, 'ms', at(0.5, name)),
    spread(`one stream, first byte: ${name}, p99`, 'ms', at(0.99, name)),
  ]);
}

async function throughput(sides: Sides, rounds: number, events: number): Promise<Figure[]> {
  const results = await compare(sides, rounds, { streams: 1, times: 1, events, intervalMs: 0 });
  const rate = (name: string): number[] => (results[name] ?? []).map(({ bytes, seconds }) => bytes / 1e6 / seconds);
  return [
    ...Object.keys(sides).map((name) => spread(`one stream as fast as it goes: ${name}`, 'MB/s', rate(name))),
    spread(
      'one stream as fast as it goes: the agent, of direct',
      'x',
      ratios(rate('through the agent'), rate('direct')),
    ),
  ];
}

/** As fast as models speak: about 50 events a second. */
async function many(stack: Stack, { direct = {}, 'through the agent': governed = {} }: Sides, events: number) {
  const plan = { streams: 200, times: 1, events, intervalMs: 20 };
  const before = await load(direct, plan);
  let through: Measured | undefined;
  const idle = await residentMb(stack.pidOf('agent'));
  const peak = await peakMb(stack.pidOf('agent'), async () => {
    through = await load(governed, plan);
  });
  const figures = (name: string, { firstByteMs, seconds }: Measured): Figure[] => [
    { name: `200 streams, first byte: ${name}, p50`, value: percentile(firstByteMs, 0.5), unit: 'ms' },
    { name: `200 streams, first byte: ${name}, p99`, value: percentile(firstByteMs, 0.99), unit: 'ms' },
    { name: `200 streams, all at their end: ${name}`, value: seconds, unit: 's' },
  ];
  return [
    ...figures('direct', before),
    ...figures('through the agent', through ?? before),
    { name: "200 streams: agent's memory before", value: idle, unit: 'MB' },
    { name: "200 streams: agent's peak memory", value: peak, unit: 'MB', target: 'under 150' },
  ];
}
