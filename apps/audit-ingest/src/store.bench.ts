import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventChain, type AuditEvent, type EventDraft } from '@holdshort/audit-events';
import { startPostgres } from '@holdshort/dev-services';
import pg from 'pg';
import { EventStore } from './store/event-store.js';
import type { Incoming } from './store/incoming.js';

export const about =
  'The audit store on a PostgreSQL of this machine, of 14 days; searches are the statements of `GET /api/v1/audit/events`.';

const BATCH = 1000;
const DAYS = 14;
const REPOS = 200;
const ROUNDS = 40;
/** As many as one commit or one session has. */
const PER_SESSION = 40;

interface Row {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

/** Rows stored per second through the ingest's own code, and searches while that goes on. */
export async function bench({ quick }: { quick: boolean }): Promise<Row[]> {
  const dir = await mkdtemp(join(tmpdir(), 'hs-store-bench-'));
  const postgres = await startPostgres({ dataDir: join(dir, 'pg'), temporary: true });
  const url = await postgres.createDatabase('bench');
  const store = new EventStore(url, 400);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  try {
    await store.prepare();
    const total = quick ? 50_000 : 5_000_000;
    await fill(store, pool, total);
    const alone = await storeFor(store, quick ? 3000 : 15_000);
    const idle = await searches(pool);
    const ingest = storeFor(store, quick ? 4000 : 20_000);
    const busy = await searches(pool);
    const beside = await ingest;
    const row = (name: string, value: number, unit: string, target?: string): Row => ({
      ...{ name, value, unit, ...(target === undefined ? {} : { target }) },
    });
    const size = `${total.toLocaleString('en')} events`;
    return [
      row(`store, ${size} there`, Math.round(alone), 'events/s', '20k/s'),
      row('store, while searched', Math.round(beside), 'events/s'),
      ...Object.entries(idle).map(([name, ms]) => row(`${name}, p50 at rest`, ms, 'ms', '< 50 ms')),
      ...Object.entries(busy).map(([name, ms]) => row(`${name}, p50 while storing`, ms, 'ms', '< 50 ms')),
    ];
  } finally {
    await Promise.all([store.close(), pool.end()]);
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

const hex = (n: number): string => n.toString(16).padStart(40, 'a');
const chain = new EventChain({ emitter: { id: 'agt_bench', host: 'box', version: '1' }, tenant: 'default' });

/** Each tenth a push, the rest reads; a session is of one repository. */
function draft(n: number): EventDraft {
  const session = Math.floor(n / PER_SESSION);
  const repo = `acme/repo-${session % REPOS}`;
  const isPush = n % 10 === 0;
  const push = {
    ref: 'refs/heads/main',
    old: hex(n),
    new: hex(n + 10),
    kind: 'update' as const,
    paths: [`src/${n % 997}.ts`],
  };
  return {
    type: isPush ? 'call.write' : 'call.read',
    phase: isPush ? 'attempt' : 'single',
    correlation_id: `call_${n}`,
    session_id: `ses_${session}`,
    human: { sub: `s${session % 50}`, login: `engineer-${session % 50}`, idp: 'https://idp.example.com' },
    ai: { tool: 'copilot', session_id: '01890000-0000-7000-8000-000000000000', model: 'a-model' },
    target: { host: 'github.com', repo },
    decision: {
      id: `dec_${n}`,
      effect: 'allow',
      rules: ['balanced.read'],
      policy_version: '1',
      reason: ['policy_permits'],
    },
    ...(isPush ? { push: [push] } : {}),
    outcome: 'success',
  };
}

let made = 0;

const batch = (): Incoming[] =>
  Array.from({ length: BATCH }, () => {
    made += 1;
    const { json } = chain.append(chain.prepare(draft(made)));
    return { value: Buffer.from(json), source: 'kafka' as const };
  });

/** Batches are made before the clock starts, so that sealing is not measured; the second is made while the first is stored. */
async function storeFor(store: EventStore, ms: number): Promise<number> {
  const ready = Array.from({ length: Math.ceil(ms / 25) }, batch);
  const start = performance.now();
  let stored = 0;
  for (let next = ready.pop(); next && performance.now() - start < ms; next = ready.pop())
    stored += (await store.store(next)).inserted;
  return (stored * 1000) / (performance.now() - start);
}

/** A sealed event of each kind stands for many: PostgreSQL makes the copies, spread over the days, with ids of their own. */
async function fill(store: EventStore, pool: pg.Pool, total: number): Promise<void> {
  const days = Array.from({ length: DAYS }, (_, day) => new Date(Date.now() - day * 86_400_000).toISOString());
  for (const time of days) {
    const { event } = chain.append(chain.prepare({ ...draft(1), time }));
    const id = `${Date.parse(time)
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7000-8000-000000000000`;
    await store.store([{ value: Buffer.from(JSON.stringify({ ...event, id } satisfies AuditEvent)), source: 'kafka' }]);
  }
  const step = 100_000;
  for (let from = 0; from < total; from += step)
    await pool.query(COPIES, [from, Math.min(from + step, total), DAYS, REPOS, total]);
  await pool.query('VACUUM ANALYZE audit.events');
}

const COPIES = `
  INSERT INTO audit.events (id, occurred_at, chain_id, seq, type, phase, session_id, human_login, repo, ref, decision,
    correlation_id, event, assistant, policies, commits, paths)
  SELECT gen_random_uuid(), now() - ($3::int - 1) * interval '1 day' * (1 - n::float8 / $5::int),
    'chain_' || n % 20, n, CASE WHEN n % 10 = 0 THEN 'call.write' ELSE 'call.read' END, 'single',
    'old_' || n / ${PER_SESSION}, 'engineer-' || n / ${PER_SESSION} % 50, 'acme/repo-' || n / ${PER_SESSION} % $4::int,
    CASE WHEN n % 10 = 0 THEN 'refs/heads/main' END, 'allow', 'old_' || n, source.event, 'copilot', source.policies,
    CASE WHEN n % 10 = 0 THEN ARRAY[lpad(to_hex(n), 40, 'b'), lpad(to_hex(n + 10), 40, 'b')] END,
    CASE WHEN n % 10 = 0 THEN ARRAY['src/' || n % 997 || '.ts'] END
  FROM generate_series($1::int, $2::int - 1) AS n, LATERAL (SELECT event, policies FROM audit.events LIMIT 1) AS source`;

/** Medians in ms over the copies. */
async function searches(pool: pg.Pool): Promise<Record<string, number>> {
  const since = new Date(Date.now() - 7 * 86_400_000);
  const of = (where: string) =>
    `SELECT position, event FROM audit.events WHERE ${where} ORDER BY position ASC LIMIT 101`;
  const kinds: Record<string, [string, (n: number) => unknown[]]> = {
    'session X': [of('session_id = $1'), (n) => [`old_${n * 13}`]],
    'who pushed to Y last week': [
      of("repo = $1 AND type = 'call.write' AND occurred_at >= $2"),
      (n) => [`acme/repo-${n % REPOS}`, since],
    ],
    'all of commit Z': [of('commits @> ARRAY[$1]::text[]'), (n) => [(n * 130).toString(16).padStart(40, 'b')]],
  };
  const found: Record<string, number> = {};
  for (const [name, [sql, values]] of Object.entries(kinds)) {
    const times: number[] = [];
    for (let n = 1; n <= ROUNDS; n += 1) {
      const start = performance.now();
      const { rowCount } = await pool.query(sql, values(n));
      times.push(performance.now() - start);
      if (rowCount === 0) throw new Error(`${name} found nothing: the bench measures no search`);
    }
    found[name] = times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  }
  return found;
}
