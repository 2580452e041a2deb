import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execute, said } from '../harness/execute.js';
import { Stack } from '../harness/stack.js';
import { sessionEnvironment } from './bench-stack.js';
import { ratios, spread, type Figure } from './figure.js';
import { interleave } from './interleave.js';
import { createBenchAuthority, SERVED_NAME, type BenchAuthority } from './peers/bench-authority.js';
import { startMitmproxy } from './peers/mitmproxy.js';
import { startNginxOrigin, startNginxProxy } from './peers/nginx.js';
import { startNodeOrigin } from './peers/node-origin.js';
import { programNamed, type Way } from './peers/peer.js';
import { startSquid } from './peers/squid.js';
import { peakMb } from './resident-memory.js';

interface Load {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

interface Plan {
  connections: number;
  seconds: number;
  rounds: number;
}

/** Debian package -> what starts it. */
const PEERS: readonly [
  pkg: string,
  program: string,
  start: (authority: BenchAuthority, origin: Way) => Promise<Way>,
][] = [
  ['nginx-light', 'nginx', startNginxProxy],
  ['squid-openssl', 'security_file_certgen', startSquid],
  ['mitmproxy', 'mitmdump', startMitmproxy],
];

export const about =
  '`GET /repos/acme/app` (2 kB) over kept TLS connections: direct, through peers that only pass it on and record nothing, and through the agent, which classifies, decides (from its cache) and has the event on disk before the last byte of the answer. Its events meanwhile go through ingest into PostgreSQL on the same cores.';

export async function bench({ quick = false }: { quick?: boolean } = {}): Promise<Figure[]> {
  const stack = await Stack.start();
  const authority = await createBenchAuthority();
  const ways: Way[] = [];
  try {
    await stack.signIn('alice');
    const origin = programNamed('nginx') ? await startNginxOrigin(authority) : await startNodeOrigin(authority);
    ways.push(origin);
    for (const [pkg, program, start] of PEERS) {
      if (programNamed(program)) ways.push(await start(authority, origin));
      else
        process.stdout.write(
          `  ABSENT: ${program} (Debian package ${pkg}) is not installed; nothing is compared with it\n`,
        );
    }
    ways.push(await startGoverned(stack, authority, origin));
    return [
      ...(await compare(stack, ways, { connections: 32, seconds: quick ? 1.5 : 5, rounds: quick ? 2 : 5 })),
      ...(await compare(stack, ways, { connections: 1, seconds: quick ? 1 : 3, rounds: quick ? 2 : 5 })),
    ];
  } finally {
    for (const way of ways) await way.stop();
    await stack.stop();
    await rm(authority.dir, { recursive: true, force: true });
  }
}

/** The same agent with another upstream: the stand-in would be what is measured otherwise. */
async function startGoverned(stack: Stack, authority: BenchAuthority, origin: Way): Promise<Way> {
  stack.kill('agent', 'SIGTERM');
  await stack.restart('agent', {
    HOLDSHORT_UPSTREAMS: JSON.stringify({ [SERVED_NAME]: `https://127.0.0.1:${origin.port}` }),
    HOLDSHORT_UPSTREAM_CA_FILE: authority.ca,
  });
  const proxy = new URL((await sessionEnvironment(stack))['HTTPS_PROXY'] ?? '');
  const credential = Buffer.from(`${proxy.username}:${decodeURIComponent(proxy.password)}`).toString('base64');
  return {
    name: 'through the agent',
    host: proxy.hostname,
    port: Number(proxy.port),
    servername: SERVED_NAME,
    ca: stack.dev.ca,
    proxy: {
      host: proxy.hostname,
      port: Number(proxy.port),
      authority: `${SERVED_NAME}:443`,
      authorization: `Basic ${credential}`,
    },
    pid: stack.pidOf('agent'),
    stop: () => Promise.resolve(),
  };
}

async function load({ host, port, servername, ca, proxy }: Way, { connections, seconds }: Plan): Promise<Load> {
  const plan = {
    host,
    port,
    servername,
    ca,
    connections,
    seconds,
    path: '/repos/acme/app',
    ...(proxy ? { proxy } : {}),
  };
  const ran = await execute([
    process.execPath,
    fileURLToPath(new URL('rest-load.mjs', import.meta.url)),
    JSON.stringify(plan),
  ]);
  if (ran.code !== 0) throw new Error(said(ran));
  return JSON.parse(ran.stdout) as Load;
}

async function compare(stack: Stack, ways: readonly Way[], plan: Plan): Promise<Figure[]> {
  const sides = ways.map((way) => ({ name: way.name, run: () => load(way, plan) }));
  await interleave(sides, 1);
  let results: Record<string, Load[]> = {};
  const peak = await peakMb(stack.pidOf('agent'), async () => {
    results = await interleave(sides, plan.rounds);
  });
  const label = `REST, ${plan.connections} connection${plan.connections === 1 ? '' : 's'}`;
  const of = (name: string, what: keyof Load): number[] => (results[name] ?? []).map((one) => one[what]);
  return [
    ...ways.flatMap(({ name }) => [
      spread(`${label}: ${name}`, 'requests/s', of(name, 'perSecond')),
      spread(`${label}: ${name}, p50`, 'ms', of(name, 'p50')),
      spread(`${label}: ${name}, p99`, 'ms', of(name, 'p99')),
    ]),
    ...ways
      .filter(({ name }) => name !== 'through the agent')
      .map(({ name }) =>
        spread(
          `${label}: the agent's requests/s, of ${name}`,
          'x',
          ratios(of('through the agent', 'perSecond'), of(name, 'perSecond')),
        ),
      ),
    { name: `${label}: agent's peak memory`, value: peak, unit: 'MB', target: 'under 150' },
  ];
}
