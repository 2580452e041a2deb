import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execute, said } from '../harness/execute.js';
import { Stack } from '../harness/stack.js';
import { sessionEnvironment } from './bench-stack.js';
import { percentile, ratios, spread, type Figure } from './figure.js';
import { createBenchAuthority, type BenchAuthority } from './peers/bench-authority.js';
import { stopServer } from './peers/peer.js';
import { peakMb, residentMb } from './resident-memory.js';

const MODEL_HOST = 'api.githubcopilot.com';

interface Plan {
  streams: number;
  /** Each on the connection of the one before. */
  keep?: boolean;
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
type Sides = Record<'direct' | 'agent', Way>;

export const about =
  'A streamed chat completion over TLS, direct and through the agent, which reads a copy of prompt and answer as they pass and has one event on disk before the end of the answer. The time to the first byte is that of a request on an open connection, in turns with a direct one; the agent asks for a decision once a minute. 200 at once come to a fresh agent, and to the one that has passed the flood of the streams before them.';

export async function bench({ quick = false }: { quick?: boolean } = {}): Promise<Figure[]> {
  const stack = await Stack.start();
  const authority = await createBenchAuthority([MODEL_HOST]);
  const origin = await startOrigin(authority);
  try {
    await stack.signIn('alice');
    const direct: Way = { host: '127.0.0.1', port: origin.port, ca: authority.ca, authorization: 'Bearer none' };
    const governed = (): Promise<Way> => startGoverned(stack, authority, origin.port);
    const events = quick ? 60 : 250;
    const fresh = await many(stack, { direct, agent: await governed() }, events);
    const sides = { direct, agent: await governed() };
    const times = quick ? 60 : 250;
    const rows = [
      ...(await firstBytes('one stream on a new connection', sides, { times })),
      ...(await firstBytes('one stream after another on a connection', sides, { times, keep: true })),
      ...(await throughput(sides, quick ? 2 : 5, quick ? 40_000 : 150_000)),
    ];
    const flooded = await many(stack, sides, events);
    return [
      ...rows,
      ...roundFigures('200 streams', flooded, 0),
      ...roundFigures('200 streams again', flooded, 1),
      ...memoryFigures('200 streams on a fresh agent', fresh),
      ...memoryFigures('200 streams after a flood', flooded),
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

/** In turns: what is compared ran side by side. */
async function load(sides: Sides, plan: Plan): Promise<Record<keyof Sides, Measured[]>> {
  const file = fileURLToPath(new URL('stream-load.mjs', import.meta.url));
  const ran = await execute([process.execPath, file, JSON.stringify({ ...plan, ways: sides, servername: MODEL_HOST })]);
  if (ran.code !== 0) throw new Error(said(ran));
  return JSON.parse(ran.stdout) as Record<keyof Sides, Measured[]>;
}

const firstByteOf = (measured: readonly Measured[]): number[] => measured.flatMap(({ firstByteMs }) => firstByteMs);

function firstByteFigures(what: string, direct: readonly number[], governed: readonly number[]): Figure[] {
  const at = (share: number, list: readonly number[]): Omit<Figure, 'name'> => ({
    value: percentile(list, share),
    unit: 'ms',
  });
  return [
    { name: `${what}, first byte: direct, p50`, ...at(0.5, direct) },
    { name: `${what}, first byte: direct, p99`, ...at(0.99, direct) },
    { name: `${what}, first byte: through the agent, p50`, ...at(0.5, governed) },
    { name: `${what}, first byte: through the agent, p99`, ...at(0.99, governed) },
  ];
}

/** One stream at a time, by each way in turn: what the agent adds is the difference of the two. */
async function firstBytes(what: string, sides: Sides, more: Pick<Plan, 'times' | 'keep'>): Promise<Figure[]> {
  const plan = { streams: 1, events: 20, intervalMs: 0, ...more };
  await load(sides, { ...plan, times: 20 });
  const { direct, agent } = await load(sides, plan);
  const [without, through] = [firstByteOf(direct), firstByteOf(agent)];
  const added = through.map((ms, n) => ms - (without[n] ?? Number.NaN));
  const target = 'at most 5';
  return [
    ...firstByteFigures(what, without, through),
    { name: `${what}, first byte: added by the agent, p50`, value: percentile(added, 0.5), unit: 'ms', target },
    { name: `${what}, first byte: added by the agent, p90`, value: percentile(added, 0.9), unit: 'ms', target },
  ];
}

async function throughput(sides: Sides, times: number, events: number): Promise<Figure[]> {
  const { direct, agent } = await load(sides, { streams: 1, times, events, intervalMs: 0 });
  const rates = (measured: readonly Measured[]) => measured.map(({ bytes, seconds }) => bytes / 1e6 / seconds);
  const [without, through] = [rates(direct), rates(agent)];
  const what = 'one stream as fast as it goes';
  return [
    spread(`${what}: direct`, 'MB/s', without),
    spread(`${what}: through the agent`, 'MB/s', through),
    spread(`${what}: the agent, of direct`, 'x', ratios(through, without)),
  ];
}

interface Many {
  rounds: Awaited<ReturnType<typeof load>>;
  beforeMb: number;
  peakMb: number;
}

/** As fast as models speak: about 50 events a second. At first the agent opens its own connections to the model. */
async function many(stack: Stack, sides: Sides, events: number): Promise<Many> {
  const pid = stack.pidOf('agent');
  const beforeMb = await residentMb(pid);
  let rounds: Many['rounds'] = { direct: [], agent: [] };
  const peak = await peakMb(pid, async () => {
    rounds = await load(sides, { streams: 200, times: 2, keep: true, events, intervalMs: 20 });
  });
  return { rounds, beforeMb, peakMb: peak };
}

function roundFigures(what: string, { rounds }: Many, round: number): Figure[] {
  const [direct, agent] = [rounds.direct[round], rounds.agent[round]];
  return [
    ...firstByteFigures(what, direct?.firstByteMs ?? [], agent?.firstByteMs ?? []),
    { name: `${what}, all at their end: direct`, value: direct?.seconds ?? Number.NaN, unit: 's' },
    { name: `${what}, all at their end: through the agent`, value: agent?.seconds ?? Number.NaN, unit: 's' },
  ];
}

const memoryFigures = (what: string, { beforeMb, peakMb: peak }: Many): Figure[] => [
  { name: `${what}: agent's memory before`, value: beforeMb, unit: 'MB' },
  { name: `${what}: agent's peak memory`, value: peak, unit: 'MB', target: 'under 150' },
];
