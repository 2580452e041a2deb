import { HoldshortError } from '@holdshort/errors';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

/** The columns of the store that searches rely on; the ingest owns the real table. */
const TABLE = `CREATE SCHEMA audit; CREATE TABLE audit.events (
  id uuid NOT NULL, occurred_at timestamptz NOT NULL, position bigint GENERATED ALWAYS AS IDENTITY, chain_id text, seq bigint, type text,
  phase text, session_id text, human_login text, repo text, ref text, decision text, correlation_id text, event jsonb,
  assistant text, policies text[], commits text[], paths text[],
  PRIMARY KEY (id, occurred_at)); CREATE TABLE audit.holds (session_id text PRIMARY KEY, reason text NOT NULL,
  held_by text NOT NULL, held_at timestamptz NOT NULL DEFAULT now()); CREATE TABLE audit.quarantine (
  id bigint GENERATED ALWAYS AS IDENTITY, arrived_at timestamptz DEFAULT now(), reason text, source text, topic text,
  partition int, kafka_offset bigint, raw bytea, replay_wanted_at timestamptz, replayed_at timestamptz, replay_result text)`;

describe('audit search', () => {
  let world: TestWorld;
  let replica: Replica;
  let dave: Person;
  let alice: Person;

  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    [dave, alice] = [await signedIn(replica, 'dave'), await signedIn(replica, 'alice')];
  });
  afterAll(() => world.stop());

  const store = (n: number, login: string, extra: { sub?: string; decision?: string; repo?: string } = {}) => {
    const { sub = `dev-${login}`, decision = 'allow', repo = 'acme/app' } = extra;
    const event = { id: n, human: { sub, login, idp: world.idp.issuer } };
    return replica.parts.database.query(
      `INSERT INTO audit.events (id, occurred_at, type, phase, session_id, human_login, repo, ref, decision, correlation_id, event)
       VALUES (gen_random_uuid(), $1, 'call.write', 'attempt', $2, $3, $4, 'refs/heads/x', $5, 'c', $6)`,
      [new Date(Date.UTC(2026, 0, n)), `ses_${login}`, login, repo, decision, JSON.stringify(event)],
    );
  };
  const ids = async (person: Person, query: string) =>
    ((await person.get(`/audit/events?${query}`)).body['items'] as { id: number }[]).map((event) => event.id);

  const allPages = async (query: string): Promise<number[]> => {
    const found: number[] = [];
    for (let next = ''; ;) {
      const { body } = await dave.get(`/audit/events?${query}${next}`);
      const page = body as { items: { id: number }[]; next: string | null };
      found.push(...page.items.map(({ id }) => id));
      if (page.next === null) return found;
      next = `&after=${page.next}`;
    }
  };

  /** The events of these types, once so many have come: they take their way after the answer. */
  const told = (isWanted: (type: string) => boolean, count: number) =>
    eventually(() => {
      const events = replica.audit.events.filter(({ type }) => isWanted(type));
      return events.length >= count && events;
    });

  it('says that the store is not set up yet', async () => {
    expect(await dave.get('/audit/events')).toMatchObject({ status: 503, body: { code: 'audit_unavailable' } });
  });

  it('filters, orders and pages by place of arrival', async () => {
    await replica.parts.database.query(TABLE);
    await store(3, 'alice');
    await store(1, 'bob', { decision: 'deny' });
    await store(2, 'alice', { repo: 'acme/site' });
    await store(4, 'alice', { sub: 'somebody-else' });
    expect(await ids(dave, '')).toEqual([3, 1, 2, 4]);
    expect(await ids(dave, 'order=desc')).toEqual([4, 2, 1, 3]);
    expect(await ids(dave, 'decision=deny')).toEqual([1]);
    expect(await ids(dave, 'human=alice&repo=acme/site')).toEqual([2]);
    expect(await ids(dave, 'since=2026-01-02T00:00:00Z')).toEqual([3, 2, 4]);
    const first = await dave.get('/audit/events?limit=3');
    expect(first.body['items']).toHaveLength(3);
    expect(await ids(dave, `limit=3&after=${String(first.body['next'])}`)).toEqual([4]);
  });

  it('shows engineers their own events only, by subject and not by name', async () => {
    expect(await ids(alice, '')).toEqual([3, 2]);
    expect(await ids(alice, 'human=bob')).toEqual([]);
    expect(await ids(alice, 'session_id=ses_bob')).toEqual([]);
  });

  it('records each read and export, and nothing is shown where that cannot be', async () => {
    await dave.get('/audit/events?repo=acme/app&since=2026-01-02T00:00:00Z&limit=3');
    await alice.get('/audit/events?purpose=export&order=desc');
    await eventually(() => replica.audit.events.some(({ type }) => type === 'audit.exported'));
    const reads = replica.audit.events.filter(({ type }) => type.startsWith('audit.')).slice(-2);
    expect(reads).toMatchObject([
      {
        type: 'audit.read',
        human: { login: 'dave' },
        detail: {
          filters: 'repo=acme%2Fapp&since=2026-01-02T00%3A00%3A00.000Z',
          order: 'asc',
          limit: 3,
          own_only: false,
        },
      },
      {
        type: 'audit.exported',
        human: { login: 'alice' },
        detail: { filters: '', order: 'desc', limit: 100, own_only: true },
      },
    ]);
    const { trail } = replica.parts;
    const record = trail.record.bind(trail);
    trail.record = () => Promise.reject(new HoldshortError('audit_unavailable', 'The audit spool is full.'));
    try {
      expect(await dave.get('/audit/events')).toMatchObject({ status: 503, body: { code: 'audit_unavailable' } });
    } finally {
      trail.record = record;
    }
  });

  it('finds by assistant, commit, changed path, policy, end and text', async () => {
    const [commit, other] = ['a'.repeat(40), 'b'.repeat(40)];
    await replica.parts.database.query(
      `UPDATE audit.events SET assistant = 'copilot', commits = $1, paths = $2, policies = '{p1,p2}'
       WHERE (event->>'id')::int = 2`,
      [[commit], ['src/a.ts', 'q"x']],
    );
    for (const found of [
      'assistant=copilot',
      `commit=${commit}`,
      'path=src/a.ts',
      'path=q%22x',
      'policy=p2',
      'text=DEV-ALICE&repo=acme/site',
      'since=2026-01-02T00:00:00Z&until=2026-01-03T00:00:00Z&text=alice',
    ])
      expect([found, await ids(dave, found)]).toEqual([found, [2]]);
    for (const none of ['assistant=codex', `commit=${other}`, 'path=src', 'policy=p', 'text=nobody&human=alice'])
      expect([none, await ids(dave, none)]).toEqual([none, []]);
    expect((await dave.get('/audit/events?commit=abc')).status).toBe(400);
    expect(await dave.get('/audit/events?text=alice')).toMatchObject({
      status: 400,
      body: { advice: expect.stringContaining('Name at most 7 days') as string },
    });
  });

  it('holds and releases sessions, each on record, by whom it may be', async () => {
    const [carol, held] = [await signedIn(replica, 'carol'), { session_id: 'ses_alice', reason: 'case 7' }];
    expect((await alice.post('/legal-holds', held)).status).toBe(403);
    expect(await dave.post('/legal-holds', held)).toMatchObject({ status: 201, body: { ...held, held_by: 'dave' } });
    expect((await carol.post('/legal-holds', { ...held, reason: 'again' })).body).toMatchObject(held);
    expect((await dave.get('/legal-holds')).body['items']).toMatchObject([held]);
    expect((await dave.call('DELETE', '/legal-holds/ses_alice')).status).toBe(403);
    expect((await carol.call('DELETE', '/legal-holds/ses_alice')).status).toBe(200);
    expect((await carol.call('DELETE', '/legal-holds/ses_alice')).status).toBe(404);
    const events = await told((type) => type.startsWith('audit.hold_'), 3);
    expect(events.map(({ type, human, detail }) => [type, human?.login, detail?.['reason']])).toEqual([
      ['audit.hold_placed', 'dave', 'case 7'],
      ['audit.hold_placed', 'carol', 'again'],
      ['audit.hold_released', 'carol', 'case 7'],
    ]);
  });

  it('lists dead letters without their bytes, and marks them for a replay, on record', async () => {
    await replica.parts.database.query(
      `INSERT INTO audit.quarantine (reason, source, topic, partition, kafka_offset, raw, replay_result) VALUES
       ('not JSON', 'kafka', 't', 1, 7, 'poison', NULL), ('x', 'relay', NULL, NULL, NULL, 'y', 'stored')`,
    );
    const carol = await signedIn(replica, 'carol');
    const items = (await dave.get('/dead-letters')).body['items'];
    expect(items).toMatchObject([
      { id: '2' },
      { id: '1', reason: 'not JSON', partition: 1, kafka_offset: '7', bytes: 6 },
    ]);
    expect(JSON.stringify(items)).not.toContain('poison');
    expect((await dave.post('/dead-letters/replay')).status).toBe(403);
    expect((await carol.post('/dead-letters/replay', { ids: ["1'"] })).status).toBe(400);
    expect(await carol.post('/dead-letters/replay')).toMatchObject({ status: 202, body: { wanted: 1 } });
    expect((await carol.post('/dead-letters/replay', { ids: ['2'] })).body).toEqual({ wanted: 1 });
    const events = await told((type) => type === 'audit.replay_wanted', 2);
    expect(events.map(({ detail }) => detail?.['letters'])).toEqual(['all', '2']);
  });

  it('goes on while the store gets another form under its plans', async () => {
    expect(await ids(dave, 'human=alice')).toEqual([3, 2, 4]);
    await replica.parts.database.query('ALTER TABLE audit.events ALTER COLUMN event TYPE json USING event::json');
    for (let n = 0; n < 5; n += 1) expect(await ids(dave, 'human=alice')).toEqual([3, 2, 4]);
    expect(await ids(alice, 'text=DEV-alice&human=alice')).toEqual([3, 2]);
  });

  it('reads long days in windows: what many events have, what few have, and what none has, each once', async () => {
    const rows = 12_500;
    await replica.parts.database.query(
      `INSERT INTO audit.events (id, occurred_at, type, phase, repo, correlation_id, event, paths, policies)
       SELECT gen_random_uuid(), '2026-02-01', 'call.read', 'single', 'acme/long', 'c', json_build_object('id', n, 'text',
         CASE WHEN n % 5000 = 4999 OR n % 5000 = 0 THEN 'needle' ELSE 'hay' END), ARRAY['all', 'path-' || n % 2500], '{p}'
       FROM generate_series(1, ${rows}) AS n`,
    );
    const all = (query: string) => allPages(`repo=acme/long&${query}`);
    const needles = [4999, 5000, 9999, 10_000];
    expect(await all('text=NEEDLE')).toEqual(needles);
    expect(await all('text=needle&limit=1')).toEqual(needles);
    expect(await all('text=needle&order=desc&limit=3')).toEqual([...needles].reverse());
    expect(await all('text=nowhere')).toEqual([]);
    expect(await all('path=path-7')).toEqual([7, 2507, 5007, 7507, 10_007]);
    expect(await all('path=path-7&limit=2&order=desc')).toEqual([10_007, 7507, 5007, 2507, 7]);
    expect(await all('policy=p&limit=1000')).toHaveLength(rows);
    expect(await all('path=all&policy=p&text=needle')).toEqual(needles);
    expect(await all(`path=${'x'.repeat(3000)}`)).toEqual([]);
  });

  it('finds types: the frequent ones in windows, the others by their index, in both orders', async () => {
    await replica.parts.database.query(
      `INSERT INTO audit.events (id, occurred_at, type, phase, correlation_id, event)
       SELECT gen_random_uuid(), '2026-03-01', CASE WHEN n % 3000 = 0 THEN 'model.exchange' WHEN n % 4000 = 0 THEN
         'policy.saved' ELSE 'call.read' END, 'single', 'c', json_build_object('id', n) FROM generate_series(1, 12500) AS n`,
    );
    const all = (query: string) => allPages(`since=2026-03-01T00:00:00Z&${query}`);
    const exchanges = [3000, 6000, 9000, 12_000];
    expect(await all('type=model.exchange')).toEqual(exchanges);
    expect(await all('type=model.exchange&order=desc&limit=3')).toEqual([...exchanges].reverse());
    expect(await all('type=model.exchange&decision=deny')).toEqual([]);
    expect(await all('type=policy.saved&limit=1')).toEqual([4000, 8000]);
    expect(await all('type=policy.saved&order=desc')).toEqual([8000, 4000]);
    expect(await all('type=newer.than_this')).toEqual([]);
    expect(await all('type=call.read&limit=1000')).toHaveLength(12_500 - 6);
    expect((await dave.get(`/audit/events?type=${encodeURIComponent("a.b' OR 1=1 --")}`)).body).toMatchObject({
      code: 'request_malformed',
    });
  });

  it('takes no other filter, and no text as SQL', async () => {
    expect((await dave.get('/audit/events?chain_id=x')).status).toBe(400);
    expect((await dave.get('/audit/events?order=position;drop')).status).toBe(400);
    expect((await dave.get('/audit/events?after=zzz')).status).toBe(400);
    expect(await ids(dave, `human=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([]);
  });
});
