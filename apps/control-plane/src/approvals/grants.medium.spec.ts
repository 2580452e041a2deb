import { agentV1 } from '@holdshort/contracts';
import { BALANCED } from '@holdshort/policy';
import type { Person as IdentifiedPerson } from '../auth/identity.js';
import { PeopleService } from '../auth/people/people.service.js';
import { activatePolicy } from '../testing/activate-policy.js';
import { newPullRequest } from '../testing/at-github.js';
import { digestOf, push, rest } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_HOLD } = agentV1.Effect;
const WORKFLOW = ['.github/workflows/ci.yml'];

describe('grants', () => {
  let world: TestWorld;
  let replica: Replica;
  let agent: TestAgent;
  let people: Record<'alice' | 'bob' | 'sam' | 'sue' | 'carol', Person>;
  let sessionId: string;
  let calls = 0;

  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    agent = await TestAgent.enrolled(replica);
    const names = ['alice', 'bob', 'sam', 'sue', 'carol'] as const;
    const all = await Promise.all(names.map(async (login) => [login, await signedIn(replica, login)] as const));
    people = Object.fromEntries(all) as typeof people;
    sessionId = await open(people.alice);
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
  });

  const open = async (person: Person): Promise<string> =>
    String((await person.post('/sessions', { assistant: 'copilot' })).body['id']);
  const order = (changes: object = {}) => ({
    session_id: sessionId,
    actions: ['ref.create'],
    repo: 'acme/app',
    ref: 'refs/heads/release/*',
    gates: ['workflow-change'],
    seconds: 7200,
    reason: 'release day',
    ...changes,
  });
  const workflow = (ref: string, session = sessionId) =>
    push(session, ref, { paths: WORKFLOW, digest: digestOf(`grant ${String(++calls)}`) });
  const give = async (person: Person, changes: object = {}): Promise<string> => {
    const { status, body } = await person.post('/grants', order(changes));
    expect({ status, detail: body['detail'] }).toEqual({ status: 201, detail: undefined });
    return String(body['id']);
  };
  const personOf = async (login: string): Promise<IdentifiedPerson> => {
    const [row] = await replica.parts.database.query<IdentifiedPerson[]>(
      'SELECT idp, sub, login, email, groups FROM holdshort.people WHERE login = $1',
      [login],
    );
    if (!row) throw new Error(`${login} never signed in`);
    return row;
  };
  const revoke = (id: string) => people.carol.call('DELETE', `/grants/${id}`);

  it('let held calls through while they last, each recorded, and nothing besides', async () => {
    expect((await agent.decide(workflow('refs/heads/release/1'))).effect).toBe(EFFECT_HOLD);
    const id = await give(people.sam);
    for (const ref of ['refs/heads/release/1', 'refs/heads/release/2']) {
      const answer = await agent.decide(workflow(ref));
      expect(answer).toMatchObject({ effect: EFFECT_ALLOW, approval: { approvalId: id, approvers: ['sam'] } });
      expect(answer.reasonCodes).toContain('approval_granted');
      expect(answer.lease?.permissions).toEqual({ contents: 'write', metadata: 'read', workflows: 'write' });
    }
    expect((await agent.decide(workflow('refs/heads/topic'))).effect).toBe(EFFECT_HOLD);
    const other = await open(people.alice);
    expect((await agent.decide(workflow('refs/heads/release/1', other))).effect).toBe(EFFECT_HOLD);
    const { body } = await people.sam.get('/grants');
    expect(body['items']).toEqual([expect.objectContaining({ id, uses: 2, granted_by: 'sam', engineer: 'alice' })]);
    const mine = await eventually(() => {
      const found = replica.audit.events.filter((event) => event.approval?.id === id);
      return found.length === 3 && found;
    });
    expect(mine.map((event) => event.type)).toEqual(['grant.given', 'grant.used', 'grant.used']);
    expect(mine[0]?.human?.login).toBe('sam');
    expect(mine[1]).toMatchObject({ session_id: sessionId, human: { login: 'alice' } });

    expect((await people.bob.call('DELETE', `/grants/${id}`)).status).toBe(404);
    expect((await people.sue.call('DELETE', `/grants/${id}`)).status).toBe(403);
    expect((await revoke(id)).body).toMatchObject({ revoked_by: 'carol' });
    expect((await revoke(id)).status).toBe(409);
    expect((await agent.decide(workflow('refs/heads/release/1'))).effect).toBe(EFFECT_HOLD);
  });

  it('end at their time', async () => {
    await give(people.sam, { seconds: 60 });
    expect((await agent.decide(workflow('refs/heads/release/3'))).effect).toBe(EFFECT_ALLOW);
    world.clockOffsetMs = 61_000;
    try {
      expect((await agent.decide(workflow('refs/heads/release/3'))).effect).toBe(EFFECT_HOLD);
    } finally {
      world.clockOffsetMs = 0;
    }
  });

  it('never open what policy plainly forbids', async () => {
    const refs = { actions: ['ref.update', 'ref.delete', 'ref.force'], ref: 'refs/heads/**' };
    const id = await give(people.sam, refs);
    const update = { kind: 'update', paths: WORKFLOW, digest: digestOf('to main') };
    const toMain = await agent.decide(push(sessionId, 'refs/heads/main', update));
    expect(toMain).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['policy_forbids'] });
    const deletion = await agent.decide(push(sessionId, 'refs/heads/topic', { kind: 'delete', paths: [] }));
    expect(deletion.effect).toBe(EFFECT_DENY);
    await revoke(id);
  });

  it('count for the gates of their giver’s groups only', async () => {
    const id = await give(people.bob, { session_id: undefined, engineer: 'alice', ref: 'refs/heads/by-bob/*' });
    expect((await agent.decide(workflow('refs/heads/by-bob/1'))).effect).toBe(EFFECT_HOLD);
    await revoke(id);
  });

  it('count no longer once their giver has left the group of approvers, or is no longer vouched for', async () => {
    const id = await give(people.sam, { ref: 'refs/heads/left/*' });
    const directory = replica.server.app.get(PeopleService);
    const sam = await personOf('sam');
    const effect = async (n: number) => (await agent.decide(workflow(`refs/heads/left/${String(n)}`))).effect;
    expect(await effect(1)).toBe(EFFECT_ALLOW);
    await directory.remember({ ...sam, groups: ['eng'] }, { goodUntil: null });
    expect(await effect(2)).toBe(EFFECT_HOLD);
    await directory.remember(sam, { goodUntil: null });
    expect(await effect(3)).toBe(EFFECT_ALLOW);
    await replica.parts.database.query("UPDATE holdshort.people SET ended_at = now() WHERE login = 'sam'");
    expect(await effect(4)).toBe(EFFECT_HOLD);
    await directory.remember(sam, { goodUntil: null });
    await revoke(id);
  });

  it('do not count for commits of their giver', async () => {
    const id = await give(people.sam, { ref: 'refs/heads/own/*' });
    const own = push(sessionId, 'refs/heads/own/1', { paths: WORKFLOW, authors: ['sam@example.test'] });
    expect((await agent.decide(own)).effect).toBe(EFFECT_HOLD);
    expect((await agent.decide(workflow('refs/heads/own/2'))).effect).toBe(EFFECT_ALLOW);
    await revoke(id);
  });

  it('of one person do not open a gate that asks for two', async () => {
    const access = BALANCED.access.replace('@approvers("security") @count("1")', '@approvers("security") @count("2")');
    await activatePolicy(replica, { access, obligations: BALANCED.obligations });
    const bySam = await give(people.sam, { ref: 'refs/heads/two/*' });
    expect((await agent.decide(workflow('refs/heads/two/1'))).effect).toBe(EFFECT_HOLD);
    const bySue = await give(people.sue, { ref: 'refs/heads/two/*' });
    expect((await agent.decide(workflow('refs/heads/two/2'))).approval?.approvers.sort()).toEqual(['sam', 'sue']);
    await Promise.all([bySam, bySue].map(revoke));
    await activatePolicy(replica, BALANCED);
  });

  it('are for all sessions of an engineer where that is said, and for merges into a branch', async () => {
    const merge = rest(sessionId, 'pulls/merge', 'pull.merge', await newPullRequest(replica, 'topic/granted'));
    const { actions, gates } = { actions: ['pull.merge'], gates: ['merge'] };
    await give(people.bob, { session_id: undefined, engineer: 'alice', actions, gates, ref: 'refs/heads/main' });
    expect((await agent.decide(merge)).effect).toBe(EFFECT_ALLOW);
    const another = await open(people.alice);
    expect((await agent.decide({ ...merge, sessionId: another })).effect).toBe(EFFECT_ALLOW);
    const bobs = await open(people.bob);
    expect((await agent.decide({ ...merge, sessionId: bobs })).effect).not.toBe(EFFECT_ALLOW);
  });

  it.each([
    ['to oneself, by session', 'alice', {}, 403],
    ['to oneself, by name', 'sam', { session_id: undefined, engineer: 'sam' }, 403],
    ['for longer than allowed', 'sam', { seconds: 8 * 3600 + 1 }, 400],
    ['for refs without naming them', 'sam', { ref: undefined }, 400],
    ['for a short ref name', 'sam', { ref: 'release/*' }, 400],
    ['for refs and other things together', 'sam', { actions: ['ref.create', 'workflow.run'] }, 400],
    ['for an unknown intent', 'sam', { actions: ['ref.explode'] }, 400],
    ['for a session and an engineer', 'sam', { engineer: 'alice' }, 400],
    ['for nobody', 'sam', { session_id: undefined }, 400],
    ['without a gate', 'sam', { gates: [] }, 400],
    ['without a reason', 'sam', { reason: '' }, 400],
    ['for no such session', 'sam', { session_id: 'ses_none' }, 404],
    ['for a session that is not theirs to see', 'bob', {}, 404],
  ] as const)('are refused %s', async (_, login, changes, status) => {
    expect((await people[login].post('/grants', order(changes))).status).toBe(status);
  });
});
