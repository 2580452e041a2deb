import { exampleEvent, type AuditEvent } from '@holdshort/audit-events';
import { signedIn, type Person } from '../testing/people.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

/** The columns of the store that these searches rely on; the ingest owns the real table. */
const TABLE = `CREATE SCHEMA audit; CREATE TABLE audit.events (
  id uuid NOT NULL, occurred_at timestamptz NOT NULL, position bigint GENERATED ALWAYS AS IDENTITY, chain_id text, seq bigint, type text,
  phase text, session_id text, human_login text, repo text, ref text, decision text, correlation_id text, event jsonb,
  assistant text, policies text[], commits text[], paths text[], PRIMARY KEY (id, occurred_at))`;

const exchange = exampleEvent('model.exchange');
const write = exampleEvent('call.write');
const COMMIT = write.push?.[0]?.new ?? '';
const SESSION = exchange.session_id ?? '';
const PROMPT = exchange.model?.prompt_sha256 ?? '';

/** The model asks for a push, the push comes, the model hears of it. */
function story(): AuditEvent[] {
  const git = { pid: 5000, started: 1_000_000, name: 'git' };
  const process = exchange.process && { ...exchange.process, chain: [git, ...exchange.process.chain] };
  const told = { call_id: 'call_8c1d', sha256: 'a'.repeat(64), commits: [COMMIT.slice(0, 7)] };
  const model = exchange.model && { ...exchange.model, calls: [], duration_ms: 10, first_byte_ms: 5, results: [told] };
  return [
    { ...exchange, id: 'e1', time: '2026-01-31T09:00:00.000Z' },
    { ...write, id: 'w0', time: '2026-01-31T09:00:01.000Z', phase: 'attempt', ...(process && { process }) },
    { ...write, id: 'w1', time: '2026-01-31T09:00:02.000Z', phase: 'outcome', ...(process && { process }) },
    { ...exchange, id: 'e2', time: '2026-01-31T09:00:04.000Z', ...(model && { model }) },
  ];
}

describe('from prompts to commits', () => {
  let world: TestWorld;
  let replica: Replica;
  let people: Record<'alice' | 'dave' | 'mallory', Person>;
  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    const [alice, dave, mallory] = await Promise.all(
      ['alice', 'dave', 'mallory'].map((login) => signedIn(replica, login)),
    );
    people = { alice, dave, mallory } as typeof people;
    await replica.parts.database.query(TABLE);
    for (const event of story())
      await replica.parts.database.query(
        `INSERT INTO audit.events (id, occurred_at, type, phase, session_id, correlation_id, event, commits)
         VALUES (gen_random_uuid(), $1, $2, $3, $4, 'c', $5, $6)`,
        [event.time, event.type, event.phase, SESSION, JSON.stringify(event), event.push ? [COMMIT] : null],
      );
  });
  afterAll(() => world.stop());

  it('a session tells which prompt caused which call and commit', async () => {
    const { status, body } = await people.dave.get(`/causes/sessions/${SESSION}`);
    expect([status, body['cut']]).toEqual([200, false]);
    expect(body['commits']).toMatchObject([{ commit: COMMIT, prompt_sha256: PROMPT, confidence: 'exact' }]);
    expect(body['operations']).toMatchObject([{ event_id: 'w1', prompt_sha256: PROMPT }]);
  });

  it('a commit tells its sessions and the ways from its prompts, the surest first', async () => {
    const { body } = await people.dave.get(`/causes/commits/${COMMIT}`);
    expect(body).toMatchObject({ commit: COMMIT, sessions: [SESSION], cut: false, humans: [] });
    const paths = body['paths'] as { confidence: string; prompt_sha256: string; steps: { evidence: string[] }[] }[];
    expect(paths[0]).toMatchObject({ confidence: 'exact', session_id: SESSION, prompt_sha256: PROMPT });
    expect(paths[0]?.steps.at(-1)?.evidence.length).toBeGreaterThan(0);
  });

  it('nobody is told of what they may not search, and a commit is named by its whole id', async () => {
    expect((await people.alice.get(`/causes/commits/${COMMIT}`)).body).toMatchObject({ sessions: [], paths: [] });
    expect((await people.alice.get(`/causes/sessions/${SESSION}`)).body).toMatchObject({ commits: [], operations: [] });
    expect((await people.mallory.get(`/causes/commits/${COMMIT}`)).status).toBe(403);
    expect((await people.dave.get('/causes/commits/abc')).status).toBe(400);
  });
});
