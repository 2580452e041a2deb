import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import { startPostgres } from '@holdshort/dev-services';
import pg from 'pg';
import { Stack } from '../harness/stack.js';
import { until } from '../harness/until.js';
import { BenchSenders } from './bench-senders.js';
import { commitOf, DAY_MS, fill, PER_SESSION, REPOS } from './bench-trail.js';
import { ratios, spread, type Figure } from './figure.js';
import { seconds } from './interleave.js';
import { processorSeconds } from './processor-time.js';

export const about =
  'A store with events of 14 days, in a PostgreSQL with the settings of the smallest machine in docs/operations.md (`shared_buffers=2GB`, `max_wal_size=4GB`; all else as it comes, so each commit is on disk). Ingest: agents send sealed events by the relay (mTLS) to the one ingest process, which stores them in PostgreSQL before it acknowledges; sealing is not timed. Peer: a `COPY` of the same rows by PostgreSQL alone, from a file, in one transaction, into a table with the same indexes. Searches: `GET /api/v1/audit/events` of the control plane as an auditor, each on record before it answers; while events are stored, one every 200 ms. All of it shares the cores; processor times do not count the waiting for them.';

interface Options {
  quick?: boolean;
  long?: boolean;
}

interface Bench {
  stack: Stack;
  senders: BenchSenders;
  pool: pg.Pool;
  /** Stored beforehand. */
  total: number;
  token: string;
}

/** `HOLDSHORT_BENCH_EVENTS` names another number. */
const eventsOf = ({ quick, long }: Options): number =>
  Number(process.env['HOLDSHORT_BENCH_EVENTS'] ?? (quick ? 100_000 : long ? 5_000_000 : 500_000));

/** As docs/operations.md advises for 8 GiB. */
const POSTGRES_SETTINGS = { shared_buffers: '2GB', max_wal_size: '4GB' };

/** Rows stored per second, and searches at rest and meanwhile. */
export async function bench(options: Options = {}): Promise<Figure[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'holdshort-bench-'));
  const postgres = await startPostgres({
    dataDir: path.join(dir, 'postgres'),
    temporary: true,
    settings: POSTGRES_SETTINGS,
  });
  try {
    return await benchOn(await postgres.createDatabase('holdshort'), options);
  } finally {
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function benchOn(database: string, options: Options): Promise<Figure[]> {
  const stack = await Stack.start({ env: { HOLDSHORT_DATABASE_URL: database } });
  const pool = new pg.Pool({ connectionString: stack.dev.database, max: 2 });
  const senders = await BenchSenders.start(stack);
  try {
    await stack.signIn('dave');
    const at: Bench = { stack, senders, pool, total: eventsOf(options), token: await tokenOf(stack, 'dave') };
    await prepare(at);
    const [rounds, perRound] = options.quick ? [2, 10_000] : [5, 40_000];
    return [
      ...(await storing(at, rounds, perRound)),
      ...(await searching(at, { when: 'at rest', goesOn: (done) => done < (options.quick ? 10 : 30) })),
      ...(await storingAndSearching(at, 4 * perRound, { when: 'while storing', names: NAMED })),
      ...(await storingAndSearching(at, 4 * perRound, { when: 'while storing, all kinds in turn' })),
    ];
  } finally {
    senders.close();
    await leaveOneEvent(stack, pool);
    await pool.end();
    await stack.stop();
  }
}

async function tokenOf(stack: Stack, login: string): Promise<string> {
  const file = path.join(stack.dir, `home-${login}`, 'sign-ins.json');
  const [signIn] = Object.values(JSON.parse(await readFile(file, 'utf8')) as Record<string, { token: string }>);
  return signIn?.token ?? '';
}

async function prepare({ senders, pool, total }: Bench): Promise<void> {
  await senders.oneOfEachDay();
  const took = await seconds(() => fill(pool, total));
  process.stdout.write(`  ${total.toLocaleString('en')} events there, made in ${Math.round(took)} s\n`);
}

async function storing(at: Bench, rounds: number, perRound: number): Promise<Figure[]> {
  const ours: number[] = [];
  const copies: number[] = [];
  const used: Record<'ingest' | 'database', number[]> = { ingest: [], database: [] };
  for (let round = 0; round <= rounds; round += 1) {
    const { rows } = await at.pool.query<{ at: string }>('SELECT max(position) AS at FROM audit.events');
    const send = at.senders.sealed(perRound);
    const before = await processorTimes(at);
    const sent = await send();
    const after = await processorTimes(at);
    const copied = await copySame(at.pool, rows[0]?.at ?? '0');
    // the first fills caches and plans
    if (round === 0) continue;
    ours.push(sent.events / sent.seconds);
    copies.push(copied);
    for (const side of ['ingest', 'database'] as const)
      used[side].push((1e6 * (after[side] - before[side])) / sent.events);
  }
  return [
    spread('ingest, relay to commit', 'events/s', ours, '20,000'),
    spread('COPY of the same rows by PostgreSQL alone', 'events/s', copies),
    spread('ingest: of that COPY', 'x', ratios(ours, copies)),
    spread('ingest: processor time of its process', 'us/event', used.ingest, 'under 50'),
    spread('ingest: processor time of PostgreSQL for it', 'us/event', used.database, 'under 50'),
  ];
}

/** Of the ingest, and of the connections that it holds. */
async function processorTimes({ stack, pool }: Bench): Promise<Record<'ingest' | 'database', number>> {
  const { rows } = await pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'holdshort-audit-ingest'",
  );
  const [ingest, database] = await Promise.all([
    processorSeconds([stack.pidOf('audit-ingest')]),
    processorSeconds(rows.map(({ pid }) => pid)),
  ]);
  return { ingest, database };
}

/** @returns rows per second of a `COPY` of what came after that position into a table like the store's partitions */
async function copySame(pool: pg.Pool, position: string): Promise<number> {
  const file = path.join(tmpdir(), `holdshort-bench-${process.pid}.copy`);
  const client = await pool.connect();
  try {
    await client.query('CREATE TABLE bench_peer (LIKE audit.events INCLUDING ALL)');
    const { rowCount } = await client.query(
      `COPY (SELECT * FROM audit.events WHERE position > ${BigInt(position)}) TO '${file}' (FORMAT binary)`,
    );
    const took = await seconds(() => client.query(`COPY bench_peer FROM '${file}' (FORMAT binary)`));
    return (rowCount ?? 0) / took;
  } finally {
    await client.query('DROP TABLE bench_peer');
    client.release();
    await rm(file, { force: true });
  }
}

/** Name -> the query of the nth search. */
function searchesOf(total: number): Record<string, (n: number) => Record<string, string>> {
  const since = new Date(Date.now() - 6.99 * DAY_MS).toISOString();
  const repo = (n: number): string => `acme/repo-${(n * 7) % REPOS}`;
  const push = (n: number): number => (((n * 7919) % total) / 10) | 0;
  return {
    'session X': (n) => ({ session_id: `old_${(((n * 7919) % total) / PER_SESSION) | 0}` }),
    'who pushed to Y last week': (n) => ({ repo: repo(n), type: 'call.write', since }),
    'all of commit Z': (n) => ({ commit: commitOf(push(n) * 10) }),
    'by engineer': (n) => ({ human: `engineer-${n % 50}` }),
    'by assistant, one event in 1,000': () => ({ assistant: 'codex' }),
    'by type, one event in 10': () => ({ type: 'call.write' }),
    'by type, one event in 5,000': () => ({ type: 'policy.saved' }),
    'by ref': (n) => ({ repo: repo(n), ref: `refs/heads/topic-${(n * 10) % 1000}` }),
    'by path, one event in 10,000': (n) => ({ path: `src/${n % 997}.ts` }),
    'by path, one event in 10': () => ({ path: 'CHANGELOG.md' }),
    refused: () => ({ decision: 'deny' }),
    'by policy, nearly all events': () => ({ policy: 'balanced.read' }),
    'by policy, one event in 5,000': () => ({ policy: 'acme.rare' }),
    'text, of a session': (n) => ({ session_id: `old_${(((n * 7919) % total) / PER_SESSION) | 0}`, text: 'A-model' }),
    'text, last week, nearly all events': () => ({ text: 'A-model', since }),
    'text, last week, one event in 5,000': () => ({ text: 'a-rare-model', since }),
  };
}

/** What security people ask every day; the others may take longer. */
const NAMED = ['session X', 'who pushed to Y last week', 'all of commit Z'];

interface Plan {
  /** Part of the name of each figure. */
  when: string;
  /** Of the kinds; all where absent. */
  names?: readonly string[];
  /** Whether to begin another round, after so many. */
  goesOn: (rounds: number) => boolean;
  /** From the begin of a search to that of the next, at least. */
  everyMs?: number;
}

async function searching(at: Bench, { when, names, goesOn, everyMs = 0 }: Plan): Promise<Figure[]> {
  const kinds = Object.entries(searchesOf(at.total)).filter(([name]) => names?.includes(name) ?? true);
  const times = kinds.map((): number[] => []);
  for (let round = 0; goesOn(round); round += 1)
    for (const [index, [, queryOf]] of kinds.entries()) {
      if (!goesOn(round)) break;
      const pause = delay(everyMs);
      times[index]?.push(1000 * (await seconds(() => search(at, queryOf(round + 1)))));
      await pause;
    }
  return kinds.map(([name], index) => spread(`search ${name}, ${when}`, 'ms', times[index] ?? [], 'median under 50'));
}

async function search({ stack, token }: Bench, query: Record<string, string>): Promise<unknown[]> {
  const url = `${stack.dev.controlPlane}/api/v1/audit/events?${new URLSearchParams(query)}`;
  const ask = (): Promise<Response> => fetch(url, { headers: { authorization: `Bearer ${token}` } });
  // a connection that was idle while events were sealed may be closed by now
  const answer = await ask().catch(ask);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { items: unknown[] }).items;
}

/** Searches for as long as the events take, which are sent without a pause. */
async function storingAndSearching(
  at: Bench,
  events: number,
  { when, names }: Pick<Plan, 'when' | 'names'>,
): Promise<Figure[]> {
  const send = at.senders.sealed(events);
  let done = false;
  const sending = send().finally(() => {
    done = true;
  });
  // waited for below; a search that fails before is what is to be told
  sending.catch(() => undefined);
  const figures = await searching(at, { when, ...(names ? { names } : {}), goesOn: () => !done, everyMs: 200 });
  const sent = await sending;
  const name = `ingest, searched ${when}`;
  return [{ name, value: sent.events / sent.seconds, unit: 'events/s', target: '20,000' }, ...figures];
}

/** A stack checks all that it has stored when it stops; millions of copies are not for that. */
async function leaveOneEvent(stack: Stack, pool: pg.Pool): Promise<void> {
  await pool.query('TRUNCATE audit.events');
  await stack.holdshort('dave', ['audit', 'search', '--limit', '1']);
  const stored = async (): Promise<boolean> => ((await pool.query('SELECT FROM audit.events')).rowCount ?? 0) > 0;
  await until(stored, { withinMs: 20_000, everyMs: 100 });
}
