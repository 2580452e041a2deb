import { signedIn, type Person } from '../testing/people.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

/** The columns that are counted by; the ingest owns the real table. */
const TABLE = `CREATE SCHEMA audit; CREATE TABLE audit.events (occurred_at timestamptz NOT NULL, type text, phase text,
  human_login text, decision text, assistant text, event jsonb)`;
const HOUR = 3_600_000;

interface Stored {
  type: string;
  phase?: string;
  login?: string;
  decision?: string;
  assistant?: string;
  operation?: string;
  hoursAgo?: number;
}

describe('the overview', () => {
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

  const store = ({ type, phase = 'single', login = 'alice', hoursAgo = 1, ...rest }: Stored) => {
    const { decision = 'allow', assistant = 'copilot', operation = 'repos/get' } = rest;
    const human = { sub: `dev-${login}`, login, idp: world.idp.issuer };
    const event = { human, request: { operation }, outcome: decision === 'allow' ? 'success' : 'refused' };
    return replica.parts.database.query('INSERT INTO audit.events VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      new Date(Date.now() - hoursAgo * HOUR),
      ...[type, phase, login, decision, assistant, JSON.stringify(event)],
    ]);
  };
  const sums = async (person: Person, query = '') => {
    const { hours } = (await person.get(`/overview${query}`)).body as {
      hours: { assistant: string; calls: number; pushes: number; refusals: number; holds: number }[];
    };
    return hours.map(({ assistant, calls, pushes, refusals, holds }) => [assistant, calls, pushes, refusals, holds]);
  };

  it('says that there is no store yet', async () => {
    expect(await dave.get('/overview')).toMatchObject({ status: 503, body: { code: 'audit_unavailable' } });
  });

  it('counts each call once, by hour and assistant: calls, pushes that arrived, refusals, holds', async () => {
    await replica.parts.database.query(TABLE);
    const push = { type: 'call.write', operation: 'git/receive-pack' };
    await store({ ...push, phase: 'attempt' });
    await store({ ...push, phase: 'outcome' });
    await store({ ...push, phase: 'outcome', decision: 'deny' });
    await store({ type: 'call.read' });
    await store({ type: 'call.refused', assistant: 'claude', login: 'bob', decision: 'deny' });
    await store({ type: 'approval.requested' });
    await store({ type: 'auth.login' });
    await store({ type: 'call.read', hoursAgo: 30 });
    expect(await sums(dave)).toEqual([
      ['claude', 1, 0, 1, 0],
      ['copilot', 3, 1, 1, 1],
    ]);
    const since = new Date(Date.now() - 48 * HOUR).toISOString();
    expect((await sums(dave, `?since=${since}`)).length).toBe(3);
  });

  it('goes back a week at most, whatever is asked', async () => {
    const { body } = await dave.get('/overview?since=2001-01-01T00:00:00Z');
    expect(Date.now() - Date.parse(String(body['since']))).toBeLessThan(7 * 24 * HOUR + 60_000);
  });

  it('shows engineers the numbers of their own work, and no agents', async () => {
    expect(await sums(alice)).toEqual([['copilot', 3, 1, 1, 1]]);
    expect((await alice.get('/overview')).body['agents']).toBeNull();
  });

  it('counts agents by version, and those that are silent', async () => {
    const agent = await TestAgent.enrolled(replica);
    agent.close();
    expect((await dave.get('/overview')).body['agents']).toMatchObject({ total: 1, versions: [{ agents: 1 }] });
    world.clockOffsetMs = HOUR;
    expect((await dave.get('/overview')).body['agents']).toMatchObject({ total: 1, silent: 1 });
    world.clockOffsetMs = 0;
  });
});
