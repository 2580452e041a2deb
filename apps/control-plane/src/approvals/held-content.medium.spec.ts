import { agentV1 } from '@holdshort/contracts';
import { digestOf, workflowPush } from '../testing/calls.js';
import type { DeepPartial } from '../testing/deep-partial.js';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { HeldContentService } from './held-content.service.js';

const CANARY = 'a line of the held push';
const DAY_MS = 86_400_000;

describe('what a held call would write', () => {
  let world: TestWorld;
  let replica: Replica;
  let agent: TestAgent;
  let people: Record<'alice' | 'bob' | 'sam' | 'carol' | 'dave', Person>;
  let sessionId: string;
  let calls = 0;
  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    agent = await TestAgent.enrolled(replica);
    const [alice, bob, sam, carol, dave] = await Promise.all(
      ['alice', 'bob', 'sam', 'carol', 'dave'].map((login) => signedIn(replica, login)),
    );
    people = { alice, bob, sam, carol, dave } as typeof people;
    sessionId = String((await people.alice.post('/sessions', { assistant: 'copilot', agent_id: agent.id })).body['id']);
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
  });

  const hold = async (): Promise<{ id: string; digest: string }> => {
    const digest = digestOf(`held ${String(++calls)}`);
    const answer = await agent.decide(workflowPush(sessionId, digest));
    return { id: answer.hold?.approvalId ?? '', digest };
  };

  const shown = (
    { id, digest }: { id: string; digest: string },
    more: DeepPartial<agentV1.ShowHeldRequest> = {},
  ): agentV1.ShowHeldRequest =>
    agentV1.ShowHeldRequest.fromPartial({
      ...{ approvalId: id, digest, moreFiles: 2, notes: ['new branch'] },
      files: [
        {
          ...{ ref: 'refs/heads/x', path: 'a.yml', change: 'modified', kind: 'file', content: 'text', bytes: '7' },
          hunks: [{ oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-old', `+${CANARY}`] }],
        },
      ],
      ...more,
    });

  const read = (person: Person, id: string) => person.get(`/approvals/${id}/content`);

  it('is shown to those who may answer and nobody else, and each look is recorded', async () => {
    const held = await hold();
    expect((await read(people.sam, held.id)).body).toEqual({ content: null });
    expect(await agent.showHeld(shown(held))).toEqual({ stored: true });
    const { body } = await read(people.sam, held.id);
    expect(body['content']).toMatchObject({
      files: [
        { path: 'a.yml', bytes: 7, hunks: [{ new_start: 1, lines: ['-old', `+${CANARY}`] }], old_unknown: false },
      ],
      ...{ more_files: 2, call: null, notes: ['new branch'] },
    });
    const reads = await eventually(() => {
      const found = replica.audit.events.filter(({ type }) => type === 'approval.content_read');
      return found.length > 0 && found;
    });
    expect(reads).toMatchObject([
      { human: { login: 'alice' }, approval: { id: held.id, digest: held.digest }, detail: { read_by: 'sam' } },
    ]);
    for (const login of ['alice', 'bob', 'carol', 'dave'] as const)
      expect([login, (await read(people[login], held.id)).status]).toEqual([login, login === 'bob' ? 404 : 403]);
    expect((await read(people.sam, 'apr_none')).status).toBe(404);
  });

  it('is sealed, and in no event', async () => {
    const held = await hold();
    await agent.showHeld(shown(held));
    const rows = await replica.parts.database.query<{ sealed: string }[]>('SELECT * FROM holdshort.held_contents');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(CANARY);
    expect(JSON.stringify(rows)).not.toContain('a.yml');
    await read(people.sam, held.id);
    expect(JSON.stringify(replica.audit.events)).not.toContain(CANARY);
  });

  it('is what was shown first, of this call, by the agent of its session', async () => {
    const held = await hold();
    await expect(agent.showHeld(shown({ ...held, digest: digestOf('another') }))).rejects.toMatchObject({
      details: expect.stringContaining('not of the call that is held') as string,
    });
    await expect(agent.showHeld(shown(held, { notes: ['x'.repeat(1 << 20)] }))).rejects.toMatchObject({
      details: expect.stringContaining('too long') as string,
    });
    const other = await TestAgent.enrolled(replica);
    await expect(other.showHeld(shown(held))).rejects.toMatchObject({
      details: expect.stringContaining('The session is not known.') as string,
    });
    other.close();
    expect(await agent.showHeld(shown(held, { notes: ['first'] }))).toEqual({ stored: true });
    expect(await agent.showHeld(shown(held, { notes: ['second'] }))).toEqual({ stored: false });
    expect((await read(people.sam, held.id)).body['content']).toMatchObject({ notes: ['first'] });
  });

  it('is the request of an API call as well', async () => {
    const held = await hold();
    const call = {
      method: 'PUT',
      host: 'api.github.com',
      path: '/repos/a/b',
      headers: [{ name: 'accept', value: '*' }],
    };
    await agent.showHeld(shown(held, { files: [], call: { ...call, body: '{}', content: 'text', bodyBytes: '2' } }));
    expect((await read(people.sam, held.id)).body['content']).toMatchObject({
      files: [],
      call: { ...call, body: '{}', body_bytes: 2, more_headers: 0 },
    });
  });

  it('is gone some days after the hold can last', async () => {
    const held = await hold();
    await agent.showHeld(shown(held));
    const [row] = await replica.parts.database.query<{ created_at: Date; expires_at: Date }[]>(
      'SELECT c.expires_at, a.expires_at AS created_at FROM holdshort.held_contents c JOIN holdshort.approvals a ON a.id = c.approval_id WHERE a.id = $1',
      [held.id],
    );
    expect(Number(row?.expires_at) - Number(row?.created_at)).toBe(7 * DAY_MS);
    world.clockOffsetMs = 9 * DAY_MS;
    try {
      await replica.server.app.get(HeldContentService).expire();
    } finally {
      world.clockOffsetMs = 0;
    }
    expect((await read(people.sam, held.id)).body).toEqual({ content: null });
  });
});
