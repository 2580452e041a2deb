import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EventChain, UuidV7Source, type AuditEvent, type EventDraft } from '@holdshort/audit-events';
import { startPostgres, type PostgresServer } from '@holdshort/dev-services';
import pg from 'pg';
import { CopyQuery } from './copy-query.js';
import { EventStore } from './event-store.js';
import { inTransaction } from './in-transaction.js';
import type { Incoming } from './incoming.js';
import { migrate } from './migrations.js';
import { removeDay } from './retention.js';

const DAY_MS = 86_400_000;
const RETENTION_DAYS = 30;
let dir: string;
let postgres: PostgresServer;
let store: EventStore;
let pool: pg.Pool;
let databases = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hs-store-'));
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), temporary: true });
}, 120_000);
afterAll(async () => {
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
}, 30_000);
beforeEach(async () => {
  databases += 1;
  const url = await postgres.createDatabase(`store_${databases}`);
  store = new EventStore(url, RETENTION_DAYS);
  await store.prepare();
  pool = new pg.Pool({ connectionString: url, max: 2 });
});
afterEach(async () => {
  await Promise.all([store.close(), pool.end()]);
});

const ids = new UuidV7Source();
const chain = new EventChain({ emitter: { id: 'agt_1', host: 'box', version: '1' }, tenant: 'default' });

/** An event of so many days ago, its id from the same moment. */
function aged(days: number, draft: Partial<EventDraft> = {}): AuditEvent {
  const ms = Date.now() - days * DAY_MS;
  const time = new Date(ms).toISOString();
  const { event } = chain.append(
    chain.prepare({ type: 'call.read', phase: 'single', correlation_id: 'c', time, ...draft }),
  );
  return { ...event, id: new UuidV7Source().next(ms) };
}

const human = { sub: 's', login: 'alice', idp: 'https://idp.example.com' };
const change = { ref: 'refs/heads/x', old: '0'.repeat(40), new: 'a'.repeat(40), kind: 'create' as const };
const decision = { id: 'd', effect: 'deny' as const, rules: [], policy_version: '1', reason: [] };
const incoming = (event: AuditEvent): Incoming => ({ value: Buffer.from(JSON.stringify(event)), source: 'kafka' });
const write = (...events: AuditEvent[]) => store.store(events.map(incoming));
const rows = async <T extends object>(sql: string): Promise<T[]> => (await pool.query<T>(sql)).rows;
const storedIds = async (): Promise<string[]> =>
  (await rows<{ id: string }>('SELECT id FROM audit.events ORDER BY position')).map(({ id }) => id);
const partitions = async (): Promise<number> =>
  (await rows("SELECT 1 FROM pg_inherits WHERE inhparent = 'audit.events'::regclass")).length;

test('an id is stored once in the whole store: a forgery of another day under a known id goes to quarantine', async () => {
  const event = aged(0);
  const yesterday = new Date(Date.parse(event.time) - 0.9 * DAY_MS).toISOString();
  const forged = { ...event, time: yesterday, hash: 'f'.repeat(64) };
  expect(await write(event)).toMatchObject({ inserted: 1, quarantined: [] });
  expect(await write(event, event)).toMatchObject({ inserted: 0, repeated: 2, quarantined: [] });
  expect(await write(forged)).toMatchObject({ inserted: 0, quarantined: [{ reason: 'another event has this id' }] });
  const second = aged(0);
  expect(await write(second, { ...second, time: yesterday, hash: 'e'.repeat(64) })).toMatchObject({
    inserted: 1,
    quarantined: [{ reason: 'another event has this id' }],
  });
  expect(await storedIds()).toEqual([event.id, second.id]);
});

test('an event whose time is more than a day from the one in its id goes to quarantine', async () => {
  const event = { ...aged(3), id: ids.next(Date.now()) };
  expect((await write(event)).quarantined).toMatchObject([{ reason: 'the time is not near the one in the id' }]);
});

test('two writers with the same events, in other batches, at once: each is stored once', async () => {
  const events = Array.from({ length: 400 }, (_, n) => aged(n % 3));
  const reversed = [...events].reverse();
  const halves = (list: AuditEvent[]) => [list.slice(0, 150), list.slice(150)];
  const results = await Promise.all([...halves(events), ...halves(reversed)].map((batch) => write(...batch)));
  expect(results.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(400);
  expect(results.flatMap(({ quarantined }) => quarantined)).toEqual([]);
  expect(new Set(await storedIds()).size).toBe(400);
});

test('the text of an event is kept as it came, whatever it is written like and however long its parts are', async () => {
  const long = (length: number): string => Array.from({ length }, () => randomBytes(6).toString('base64')).join('/');
  const events = [
    aged(0),
    aged(0, {
      correlation_id: 'c\u{1f511}"\\\t',
      session_id: `ses_${long(500)}`,
      human: { ...human, login: long(500) },
    }),
    aged(0, {
      target: { host: 'github.com', repo: long(400), ref: `refs/heads/${long(400)}` },
      ai: { tool: long(500) },
    }),
    aged(0, { push: [{ ...change, paths: [long(400), 'a'] }], decision: { ...decision, rules: [long(400), 'p'] } }),
  ];
  const texts = events.map((event, n) => (n === 0 ? JSON.stringify(event, null, 1) : JSON.stringify(event)));
  texts.push(texts[0]?.replace('{', '{"zz": 1.50, ').replace(events[0]?.id ?? '', ids.next(Date.now())) ?? '');
  const result = await store.store(texts.map((text) => ({ value: Buffer.from(text), source: 'kafka' })));
  expect(result).toMatchObject({ inserted: 5, quarantined: [] });
  expect(
    (await rows<{ text: string }>('SELECT event::text AS text FROM audit.events ORDER BY position')).map(
      (row) => row.text,
    ),
  ).toEqual(texts);
  expect(await rows("SELECT 1 FROM audit.events WHERE paths @> '{a}' AND policies @> '{p}'")).toHaveLength(1);
});

test('two ingests with the same events of many days, while days are removed and made: nothing twice, nothing lost, no deadlock', async () => {
  const url = await postgres.ensureDatabase(`store_${databases}`);
  const [other, patient] = [new EventStore(url, RETENTION_DAYS), new EventStore(url, 400)];
  const old = Array.from({ length: 6 }, (_, n) => aged(40 + n));
  await patient.store(old.map(incoming));
  const events = Array.from({ length: 1200 }, (_, n) => aged(n % 12));
  const batches = Array.from({ length: 12 }, (_, n) => events.slice(n * 100, n * 100 + 100));
  const storeAll = async (ingest: EventStore, list: AuditEvent[][]): Promise<number> => {
    let inserted = 0;
    for (const batch of list) inserted += (await ingest.store(batch.map(incoming))).inserted;
    return inserted;
  };
  const [first, second] = await Promise.all([
    storeAll(store, batches),
    storeAll(other, [...batches].reverse()),
    storeAll(store, [...batches.slice(6), ...batches.slice(0, 6)]).then(() => store.retain()),
    other.retain(),
  ]);
  await Promise.all([other.close(), patient.close()]);
  expect(first + second).toBeLessThanOrEqual(1200);
  const stored = (await storedIds()).filter((id) => !old.some((event) => event.id === id));
  expect(stored).toHaveLength(1200);
  expect(new Set(stored)).toEqual(new Set(events.map(({ id }) => id)));
  expect(await rows('SELECT 1 FROM audit.quarantine')).toEqual([]);
});

test('what is sent at once and fails is passed over whole, and its connection stores what comes next', async () => {
  const one = new pg.Client({ connectionString: pool.options.connectionString });
  // as each connection of the store has: the end of one that the server ended can come after the answer
  one.on('error', () => undefined);
  await one.connect();
  try {
    await one.query('CREATE TABLE numbers (n int CHECK (n > 0))');
    const copy = (rows: string, before = ''): Promise<number> =>
      one.query(new CopyQuery(`${before}COPY numbers FROM STDIN`, Buffer.from(rows))).stored;
    const many = '7\n'.repeat(500_000);
    expect(await copy('1\n2\n', 'INSERT INTO numbers VALUES (9); ')).toBe(2);
    await expect(copy(many, 'SELECT 1 / 0; ')).rejects.toMatchObject({ code: '22012' });
    await expect(copy(`${many}0\n`, 'INSERT INTO numbers VALUES (8); ')).rejects.toMatchObject({ code: '23514' });
    await expect(copy('x\n', 'INSERT INTO numbers VALUES (8); ')).rejects.toMatchObject({ code: '22P02' });
    expect(await copy('3\n')).toBe(1);
    expect((await one.query('SELECT n FROM numbers ORDER BY n')).rows).toEqual([1, 2, 3, 9].map((n) => ({ n })));
    const lost = expect(copy(many, 'SELECT pg_sleep(60); ')).rejects.toThrow();
    const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'";
    while ((await pool.query(end)).rowCount === 0) await delay(20);
    await lost;
  } finally {
    await one.end().catch(() => undefined);
  }
});

test('among many the rows that the database refuses are found, and the others stored', async () => {
  const events = Array.from({ length: 100 }, () => aged(0));
  const batch = events.map(incoming);
  for (const at of [0, 41, 99])
    batch[at] = { ...incoming(aged(0)), value: Buffer.from(`\ufeff${JSON.stringify(aged(0))}`) };
  const { inserted, quarantined } = await store.store(batch);
  expect(inserted).toBe(97);
  expect(quarantined.map(({ incoming: each }) => batch.indexOf(each))).toEqual([0, 41, 99]);
  expect(new Set(quarantined.map(({ reason }) => reason))).toEqual(new Set(['refused by the database: 22P02']));
});

test('partitions are made ahead, and on demand for a late event', async () => {
  expect(await partitions()).toBe(4);
  await write(aged(20), aged(21));
  expect(await partitions()).toBe(6);
  expect((await write(aged(31))).quarantined).toMatchObject([{ reason: 'time out of range' }]);
});

describe('retention', () => {
  /** Stored when they were young, by a store that keeps more. */
  async function storeOld(...events: AuditEvent[]): Promise<void> {
    const patient = new EventStore(await postgres.ensureDatabase(`store_${databases}`), 400);
    try {
      await patient.store(events.map(incoming));
    } finally {
      await patient.close();
    }
  }

  test('drops days past it and says how many events went; younger days stay', async () => {
    const [old, young] = [aged(40), aged(20)];
    await storeOld(old, aged(40), young);
    const day = old.time.slice(0, 10);
    expect(await store.retain()).toEqual([{ day, events_removed: 2, events_held: 0 }]);
    expect(await storedIds()).toEqual([young.id]);
    expect(await rows('SELECT events_removed FROM audit.removals')).toEqual([{ events_removed: '2' }]);
    expect(await store.retain()).toEqual([]);
  });

  test('keeps held sessions findable in their day, and drops them after the release', async () => {
    const held = [aged(40, { session_id: 'ses_held' }), aged(41, { session_id: 'ses_held' })];
    await storeOld(...held, aged(40, { session_id: 'ses_other' }), aged(40));
    await pool.query("INSERT INTO audit.holds (session_id, reason, held_by) VALUES ('ses_held', 'case 7', 'carol')");
    expect(await store.retain()).toMatchObject([{ events_removed: 2, events_held: 1 }]);
    const found = "SELECT id FROM audit.events WHERE session_id = 'ses_held' ORDER BY position";
    expect((await rows<{ id: string }>(found)).map(({ id }) => id)).toEqual(held.map(({ id }) => id));
    expect(await storedIds()).toHaveLength(2);
    expect(await store.retain()).toEqual([]);
    await pool.query('DELETE FROM audit.holds');
    expect(await store.retain()).toMatchObject([{ events_removed: 1 }, { events_removed: 1 }]);
    expect(await storedIds()).toEqual([]);
  });

  test('a day that another ingest removed after it was listed is left alone', async () => {
    await storeOld(aged(40));
    const [day = ''] = (await store.retain()).map((removal) => removal.day);
    expect(await inTransaction(pool, (client) => removeDay(client, day))).toBeUndefined();
    expect(await rows('SELECT day FROM audit.removals')).toHaveLength(1);
  });

  test('who reads other days meanwhile, and then the one that goes, neither fails nor makes it fail', async () => {
    await storeOld(aged(40), aged(0));
    const reader = await pool.connect();
    const countAt = async (days: number): Promise<number> => {
      const at = new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
      const sql = `SELECT 1 FROM audit.events WHERE occurred_at BETWEEN '${at}T00:00:00Z' AND '${at}T23:59:59.999Z'`;
      return (await reader.query(sql)).rows.length;
    };
    await reader.query('BEGIN');
    expect(await countAt(0)).toBe(1);
    const removed = store.retain();
    const waits = "SELECT 1 FROM pg_locks WHERE relation = 'audit.events'::regclass AND NOT granted";
    while ((await rows(waits)).length === 0) await delay(20);
    expect(await countAt(40)).toBe(1);
    await reader.query('COMMIT');
    reader.release();
    expect(await removed).toMatchObject([{ events_removed: 1 }]);
  });

  test('two ingests that tidy at once remove each day once', async () => {
    await storeOld(aged(40), aged(41), aged(42));
    const other = new EventStore(await postgres.ensureDatabase(`store_${databases}`), RETENTION_DAYS);
    const both = (await Promise.all([store.retain(), other.retain()])).flat();
    const rest = await store.retain();
    await other.close();
    const days = [...both, ...rest].map(({ day }) => day);
    expect(days.length).toBe(3);
    expect(new Set(days).size).toBe(3);
  });
});

test('a dead letter is replayed once it is wanted: what is refused again says why, what is fixed is stored once', async () => {
  const late = aged(40);
  const poison: Incoming = {
    value: Buffer.from('not json'),
    source: 'kafka',
    place: { topic: 't', partition: 1, offset: '7' },
  };
  const relayed: Incoming = { ...incoming(aged(41)), source: 'relay' };
  await store.store([poison, incoming(late), incoming(aged(0)), relayed]);
  expect(await store.replay()).toBe(0);
  await pool.query('UPDATE audit.quarantine SET replay_wanted_at = now()');
  const patient = new EventStore(await postgres.ensureDatabase(`store_${databases}`), 400);
  expect(await patient.replay()).toBe(3);
  expect(await patient.replay()).toBe(0);
  await pool.query('UPDATE audit.quarantine SET replay_wanted_at = now()');
  await patient.replay();
  await patient.close();
  expect((await storedIds()).filter((id) => id === late.id)).toHaveLength(1);
  expect(await rows('SELECT kafka_offset, reason, replay_result FROM audit.quarantine ORDER BY id')).toEqual([
    { kafka_offset: '7', reason: 'not JSON in UTF-8', replay_result: 'not JSON in UTF-8' },
    { kafka_offset: null, reason: 'time out of range', replay_result: 'known already' },
    {
      kafka_offset: null,
      reason: 'time out of range',
      replay_result: 'not tried: its sender cannot be checked any more',
    },
  ]);
});

test('a store of the version before is brought up to date without loss, its rows found by the new columns', async () => {
  const old = await postgres.createDatabase(`store_old_${databases}`);
  const client = new pg.Pool({ connectionString: old, max: 2 });
  await migrate(client, '003-checkpoints');
  const sha = 'a'.repeat(40);
  const event = aged(1, {
    type: 'call.write',
    phase: 'attempt',
    ai: { tool: 'copilot' },
    push: [{ ref: 'refs/heads/x', old: '0'.repeat(40), new: sha, kind: 'create', paths: ['src/a.ts'] }],
    decision: { id: 'd', effect: 'deny', rules: ['balanced.main'], policy_version: '1', reason: [] },
  });
  const day = event.time.slice(0, 10);
  const next = new Date(Date.parse(day) + DAY_MS).toISOString();
  await client.query(
    `CREATE TABLE audit.events_${day.replaceAll('-', '')} PARTITION OF audit.events FOR VALUES FROM ('${day}T00:00:00Z') TO ('${next}')`,
  );
  await client.query(
    `INSERT INTO audit.events (id, occurred_at, chain_id, seq, type, phase, correlation_id, event)
     VALUES ($1, $2, 'c', 1, 'call.write', 'attempt', 'c', $3)`,
    [event.id, event.time, JSON.stringify(event)],
  );
  await migrate(client);
  const found = await client.query(
    "SELECT id, assistant, policies, commits, paths FROM audit.events WHERE commits @> ARRAY[$1] AND paths @> ARRAY['src/a.ts']",
    [sha],
  );
  await client.end();
  expect(found.rows).toEqual([
    { id: event.id, assistant: 'copilot', policies: ['balanced.main'], commits: [sha], paths: ['src/a.ts'] },
  ]);
});

test('a database in the order of a language: no index of the trail depends on it, and no row is written anew for that', async () => {
  const name = `store_language_${databases}`;
  await pool.query(`CREATE DATABASE ${name} LOCALE_PROVIDER icu ICU_LOCALE 'en-US' TEMPLATE template0`);
  const url = Object.assign(new URL(pool.options.connectionString ?? ''), { pathname: `/${name}` });
  const client = new pg.Pool({ connectionString: url.href, max: 1 });
  await migrate(client, '010-require-new');
  await client.query(
    "CREATE TABLE audit.events_day PARTITION OF audit.events FOR VALUES FROM ('2026-01-01') TO ('2026-01-02')",
  );
  const tableFile = async (): Promise<unknown> =>
    (await client.query("SELECT pg_relation_filenode('audit.events_day') AS file")).rows;
  const sortedByLanguage = async (): Promise<unknown[]> => (await client.query(INDEXES_BY_LANGUAGE)).rows;
  const [before, byLanguage] = [await tableFile(), await sortedByLanguage()];
  await migrate(client);
  const [after, left] = [await tableFile(), await sortedByLanguage()];
  await client.end();
  expect(byLanguage).not.toEqual([]);
  expect(left).toEqual([]);
  expect(after).toEqual(before);
});

/** Indexes with a column whose collation is that of the database. */
const INDEXES_BY_LANGUAGE = `
  SELECT indexrelid::regclass::text AS name FROM pg_index
  JOIN pg_class ON pg_class.oid = indrelid
  WHERE relnamespace = 'audit'::regnamespace AND 100 = ANY(indcollation::oid[])`;
