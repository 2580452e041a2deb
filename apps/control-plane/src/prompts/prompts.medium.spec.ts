import { createHash } from 'node:crypto';
import type { agentV1 } from '@holdshort/contracts';
import { signedIn, type Person } from '../testing/people.js';
import { eventually } from '../testing/eventually.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { PromptsService } from './prompts.service.js';

const CANARY = 'a-very-secret-prompt';
const TOKEN = ['ghp', 'x7Kq2mZ9vB4nR8tW1yL5cD3fG6hJ0pS2aE4u'].join('_');
const POLICY = {
  default: 'digest',
  rules: [
    { repositories: 'prod', keep: 'full' },
    { groups: ['eng'], keep: 'redacted' },
  ],
};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let world: TestWorld;
let replica: Replica;
let agent: TestAgent;
let alice: Person;
let dave: Person;
beforeAll(async () => {
  world = await TestWorld.start();
  replica = await world.replica(await world.newDatabase(), { promptStore: POLICY });
  agent = await TestAgent.enrolled(replica);
  [alice, dave] = [await signedIn(replica, 'alice'), await signedIn(replica, 'dave')];
});
afterAll(async () => {
  agent.close();
  await world.stop();
});

async function open(person: Person): Promise<{ id: string; credential: string }> {
  const { body } = await person.post('/sessions', { assistant: 'copilot', agent_id: agent.id, command: 'copilot' });
  return { id: String(body['id']), credential: String(body['credential']) };
}

const store = (sessionId: string, text: string, more: Partial<agentV1.StorePromptRequest> = {}) =>
  agent.storePrompt({
    ...{ sessionId, correlationId: 'c1', occurredAt: new Date().toISOString(), model: 'gpt-4.1', repository: '' },
    texts: [{ kind: 'prompt', sha256: sha256(text), text }],
    ...more,
  });

const read = async (
  person: Person,
  id: string,
): Promise<{ status: number; items: { text: string; keeping: string }[] }> => {
  const { status, body } = await person.get(`/prompts?session_id=${id}`);
  return { status, items: (body['items'] ?? []) as { text: string; keeping: string }[] };
};

/** Everything that the database has, as text. */
async function dump(): Promise<string> {
  const tables = await replica.parts.database.query<{ name: string }[]>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) => replica.parts.database.query<unknown[]>(`SELECT * FROM ${name}`)),
  );
  return JSON.stringify(rows);
}

describe('texts of prompts', () => {
  it('are asked for, sealed, and read by auditors alone; each read is recorded', async () => {
    const { id, credential } = await open(alice);
    expect((await agent.resolve(sha256(credential))).session?.promptKeeping).toBe('full');
    expect(await store(id, CANARY, { repository: 'Acme/Payments' })).toEqual({ stored: 1 });
    expect(await dump()).not.toContain(CANARY);
    expect(JSON.stringify(replica.audit.events)).not.toContain(CANARY);

    expect((await read(dave, id)).items).toMatchObject([{ text: CANARY, keeping: 'full' }]);
    // on disk before the answer; the ingest of the test gets it a moment later
    expect(await eventually(() => replica.audit.events.find(({ type }) => type === 'prompt.read'))).toMatchObject({
      type: 'prompt.read',
      session_id: id,
      human: { login: 'dave' },
      detail: { texts: 1 },
    });
    for (const login of ['alice', 'carol']) expect((await read(await signedIn(replica, login), id)).status).toBe(403);
  });

  it('are stored once, and only by whom the session is with', async () => {
    const { id } = await open(alice);
    expect(await store(id, 'once')).toEqual({ stored: 1 });
    expect(await store(id, 'once')).toEqual({ stored: 0 });
    const other = await TestAgent.enrolled(replica);
    await expect(
      other.storePrompt({
        ...{ sessionId: id, correlationId: 'c', occurredAt: '', model: '', repository: '' },
        texts: [{ kind: 'prompt', sha256: sha256('x'), text: 'x' }],
      }),
    ).rejects.toMatchObject({ details: expect.stringContaining('The session is not known.') as string });
    other.close();
    await expect(store(id, 'x', { texts: [{ kind: 'prompt', sha256: sha256('y'), text: 'x' }] })).rejects.toMatchObject(
      { details: expect.stringContaining('its digest is not its own') as string },
    );
  });

  it('are without secrets and personal data where policy says redacted', async () => {
    const { id } = await open(alice);
    await store(id, `push with ${TOKEN}\nas alice@acme.example`);
    const { items } = await read(dave, id);
    expect(items).toMatchObject([{ keeping: 'redacted' }]);
    expect(items[0]?.text).toMatch(/^\[masked: [^\]]+\]\nas \[masked: e-mail\]$/);
  });

  it('are not stored where policy says digest, and not asked for', async () => {
    const other = await world.replica(await world.newDatabase());
    const there = await TestAgent.enrolled(other);
    const person = await signedIn(other, 'alice');
    const { body } = await person.post('/sessions', { assistant: 'copilot', agent_id: there.id, command: 'c' });
    const session = await there.resolve(sha256(String(body['credential'])));
    expect(session.session?.promptKeeping).toBe('digest');
    const texts = [{ kind: 'prompt', sha256: sha256(CANARY), text: CANARY }];
    const request = {
      sessionId: String(body['id']),
      correlationId: '',
      occurredAt: '',
      model: '',
      repository: '',
      texts,
    };
    expect(await there.storePrompt(request)).toEqual({ stored: 0 });
    expect(await other.parts.database.query('SELECT id FROM holdshort.prompts')).toEqual([]);
    there.close();
  });

  it('are deleted when their time is over, which is recorded', async () => {
    const { id } = await open(alice);
    await store(id, 'old');
    world.clockOffsetMs = 31 * 86_400_000;
    try {
      await replica.server.app.get(PromptsService).expire();
    } finally {
      world.clockOffsetMs = 0;
    }
    expect((await read(dave, id)).items).toEqual([]);
    expect(replica.audit.events.find(({ type }) => type === 'prompt.expired')?.outcome).toBe('success');
  });
});
