import { signedIn, type Person } from '../testing/people.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

/** The columns of the store that searches rely on; the ingest owns the real table. */
const TABLE = `CREATE SCHEMA audit; CREATE TABLE audit.events (
  id uuid NOT NULL, occurred_at timestamptz NOT NULL, position bigint GENERATED ALWAYS AS IDENTITY, chain_id text, seq bigint, type text,
  phase text, session_id text, human_login text, repo text, ref text, decision text, correlation_id text, event jsonb,
  PRIMARY KEY (occurred_at, id))`;

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

  it('takes no other filter, and no text as SQL', async () => {
    expect((await dave.get('/audit/events?chain_id=x')).status).toBe(400);
    expect((await dave.get('/audit/events?order=position;drop')).status).toBe(400);
    expect((await dave.get('/audit/events?after=zzz')).status).toBe(400);
    expect(await ids(dave, `human=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([]);
  });
});
