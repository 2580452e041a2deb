import { agentV1 } from '@holdshort/contracts';
import { digestOf, push, rest, workflowPush } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { issuedTokens } from '../testing/standin-process.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

const { EFFECT_ALLOW, EFFECT_DENY } = agentV1.Effect;
const appTarget = { owner: 'acme', repo: 'app' };

describe('stopping work', () => {
  let world: TestWorld;
  let database: string;
  let replica: Replica;
  let second: Replica;
  let people: Record<'alice' | 'bob' | 'carol' | 'sam', Person>;

  beforeAll(async () => {
    world = await TestWorld.start();
    database = await world.newDatabase();
    replica = await world.replica(database);
    second = await world.replica(database);
    const names = ['alice', 'bob', 'carol', 'sam'] as const;
    const all = await Promise.all(names.map(async (login) => [login, await signedIn(replica, login)] as const));
    people = Object.fromEntries(all) as typeof people;
  });
  afterAll(() => world.stop());

  const open = async (person: Person, agent: TestAgent, body: object = { assistant: 'copilot' }) =>
    (await person.post('/sessions', { ...body, agent_id: agent.id })).body as unknown as {
      id: string;
      credential: string;
    };
  const kill = (body: object) => people.carol.post('/kill-switches', body);

  it('ends sessions, holds and leases at once on another replica, and refuses new work until it is lifted', async () => {
    const agent = await TestAgent.enrolled(replica);
    const other = agent.at(second);
    const session = await open(people.alice, agent);
    const read = rest(session.id, 'repos/get', 'repo.read', appTarget);
    const { lease } = await other.decide(read);
    const watch = other.watch();
    await eventually(() => watch.all.some((message) => message.killSwitch?.engaged === false));
    const held = await other.decide(workflowPush(session.id, digestOf('killed')));
    const waiting = other.awaitApproval(held.hold?.approvalId ?? '');
    await eventually(() => waiting.all.length === 1);

    const started = Date.now();
    const { status, body } = await kill({ scope: 'engineer', target: 'alice', reason: 'laptop stolen' });
    expect({ status, body }).toMatchObject({ status: 201, body: { scope: 'engineer', sessions_ended: 1 } });
    expect(String(await waiting.end)).toContain('Work was stopped here: killed by carol: laptop stolen');
    await eventually(() => watch.all.some((message) => message.sessionRevoked?.sessionId === session.id));
    expect(Date.now() - started).toBeLessThan(1_000);
    expect(await other.decide(read)).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['kill_switch'] });
    const sha256 = digestOf(lease?.token ?? '');
    await eventually(async () =>
      (await issuedTokens(world.standin)).some((token) => token.sha256 === sha256 && token.revoked),
    );
    await eventually(async () => {
      const shown = await people.sam.get(`/approvals/${held.hold?.approvalId ?? ''}`);
      return shown.body['state'] === 'expired' && shown.body['reason'] === 'the session ended';
    });

    const again = await people.alice.post('/sessions', { assistant: 'copilot' });
    expect(again).toMatchObject({ status: 403, body: { code: 'kill_switch' } });
    const bobs = await open(people.bob, agent);
    expect((await other.decide(push(bobs.id, 'refs/heads/topic'))).effect).toBe(EFFECT_ALLOW);

    expect((await people.carol.post(`/kill-switches/${String(body['id'])}/lift`)).status).toBe(200);
    expect((await people.carol.post(`/kill-switches/${String(body['id'])}/lift`)).status).toBe(409);
    const fresh = await open(people.alice, agent);
    expect((await other.decide(push(fresh.id, 'refs/heads/topic'))).effect).toBe(EFFECT_ALLOW);
    expect((await other.decide(read)).reasonCodes).toEqual(['kill_switch']);
    const types = replica.audit.events.map((event) => event.type);
    expect(types.filter((type) => type.startsWith('kill.'))).toEqual(['kill.engaged', 'kill.lifted']);
    for (const each of [agent, other]) each.close();
  });

  it('stops everything, tells agents so, and still does after a restart', async () => {
    const agent = await TestAgent.enrolled(second);
    const session = await open(people.bob, agent);
    const watch = agent.watch();
    await eventually(() => watch.all.length > 0);
    const { body } = await kill({ scope: 'all', reason: 'incident 7' });
    await eventually(() => watch.all.some((message) => message.killSwitch?.engaged && message.killSwitch.reason));
    expect((await people.bob.post('/sessions', { assistant: 'copilot' })).status).toBe(403);
    await second.stop();
    const third = await world.replica(database);
    second = third;
    const at = agent.at(third);
    await expect(at.resolve(digestOf(session.credential))).rejects.toThrow('killed by carol: incident 7');
    const later = at.watch();
    await eventually(() => later.all.some((message) => message.killSwitch?.engaged));
    await people.carol.post(`/kill-switches/${String(body['id'])}/lift`);
    await eventually(() => later.all.at(-1)?.killSwitch?.engaged === false);
    expect((await people.bob.post('/sessions', { assistant: 'copilot' })).status).toBe(201);
    for (const each of [agent, at]) each.close();
  });

  it.each([
    ['a session', async (id: string) => ({ scope: 'session', target: id })],
    ['a workspace', async () => ({ scope: 'workspace', target: 'laptop' })],
  ])('stops %s', async (_, orderFor) => {
    const agent = await TestAgent.enrolled(replica);
    const session = await open(people.bob, agent);
    const { body } = await kill({ ...(await orderFor(session.id)), reason: 'test' });
    const answer = await agent.decide(push(session.id, 'refs/heads/topic'));
    expect(answer).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['kill_switch'] });
    await people.carol.post(`/kill-switches/${String(body['id'])}/lift`);
    agent.close();
  });

  it.each([
    [{ scope: 'all', target: 'x', reason: 'r' }, 400],
    [{ scope: 'engineer', reason: 'r' }, 400],
    [{ scope: 'engineer', target: 'alice' }, 400],
    [{ scope: 'session', target: 'ses_none', reason: 'r' }, 404],
  ])('refuses the order %j', async (order, status) => {
    expect((await kill(order)).status).toBe(status);
  });

  it('cuts the streams of a revoked agent on every replica within a second, and ends its sessions', async () => {
    const agent = await TestAgent.enrolled(replica);
    const other = agent.at(second);
    const session = await open(people.alice, agent);
    const [here, there] = [agent.watch(), other.watch()];
    expect((await other.decide(push(session.id, 'refs/heads/topic'))).effect).toBe(EFFECT_ALLOW);
    await eventually(() => here.all.length > 0 && there.all.length > 0);
    const started = Date.now();
    const revoked = await people.carol.post(`/agents/${agent.id}/revoke`, { reason: 'workspace is gone' });
    expect(revoked.status).toBe(200);
    const ends = await Promise.all([here.end, there.end]);
    expect(Date.now() - started).toBeLessThan(1_000);
    for (const end of ends) expect(String(end)).toContain('The agent is unknown or revoked.');
    await expect(other.resolve(digestOf(session.credential))).rejects.toThrow('The agent is unknown or revoked.');
    expect((await people.alice.get(`/sessions/${session.id}`)).body['end_reason']).toBe(
      'agent revoked by carol: workspace is gone',
    );
    const listed = (await people.carol.get('/agents')).body['items'] as { id: string; revoked_at: string | null }[];
    expect(listed.find(({ id }) => id === agent.id)?.revoked_at).not.toBeNull();
    await eventually(() =>
      replica.audit.events.some(({ type, detail }) => type === 'agent.revoked' && detail?.['agent_id'] === agent.id),
    );
    expect((await people.carol.post('/agents/agt_none/revoke', { reason: 'x' })).status).toBe(404);
    for (const each of [agent, other]) each.close();
  });
});
