import { agentV1 } from '@holdshort/contracts';
import { BALANCED } from '@holdshort/policy';
import { activatePolicy } from '../testing/activate-policy.js';
import { atGithub, newCommit, newPullRequest } from '../testing/at-github.js';
import { digestOf, push, rest, workflowPush } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_HOLD } = agentV1.Effect;
const { APPROVAL_STATE_PENDING, APPROVAL_STATE_APPROVED, APPROVAL_STATE_REJECTED, APPROVAL_STATE_EXPIRED } =
  agentV1.ApprovalState;

describe('approvals', () => {
  let world: TestWorld;
  let replica: Replica;
  let second: Replica;
  let agent: TestAgent;
  let people: Record<'alice' | 'bob' | 'sam' | 'sue' | 'carol' | 'dave', Person>;
  let sessionId: string;
  let calls = 0;

  beforeAll(async () => {
    world = await TestWorld.start();
    const database = await world.newDatabase();
    replica = await world.replica(database);
    second = await world.replica(database);
    agent = await TestAgent.enrolled(replica);
    const [alice, bob, sam, sue, carol, dave] = await Promise.all(
      ['alice', 'bob', 'sam', 'sue', 'carol', 'dave'].map((login) => signedIn(replica, login)),
    );
    people = { alice, bob, sam, sue, carol, dave } as typeof people;
    sessionId = await openSession(people.alice, { assistant: 'copilot' });
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
  });

  const openSession = async (person: Person, body: object): Promise<string> =>
    String((await person.post('/sessions', body)).body['id']);

  const pullRequest = (head: string) => newPullRequest(replica, head);

  /** A held push with a digest of its own. */
  const hold = async (session = sessionId) => {
    const digest = digestOf(`call ${String(++calls)}`);
    const call = workflowPush(session, digest);
    const answer = await agent.decide(call);
    return { call, answer, digest, id: answer.hold?.approvalId ?? '' };
  };

  it('holds a workflow change, tells the gates, and lets it through once after another person approved exactly it', async () => {
    const { call, answer, digest, id } = await hold();
    expect(answer).toMatchObject({
      effect: EFFECT_HOLD,
      hold: {
        url: `${replica.server.httpUrl}/approvals/${id}`,
        gates: [{ approvers: 'security', required: 1, granted: 0 }],
      },
    });
    expect(answer.lease).toBeUndefined();
    expect((await agent.decide(call)).hold?.approvalId).toBe(id);

    const shown = await people.sam.get(`/approvals/${id}`);
    expect(shown.body).toMatchObject({
      state: 'pending',
      human: { login: 'alice' },
      assistant: 'copilot',
      operation: 'git/receive-pack',
      repo: 'acme/app',
      digest,
      refs: [{ ref: 'refs/heads/topic-ci', kind: 'create', paths: ['.github/workflows/ci.yml'] }],
    });
    expect((await people.sam.post(`/approvals/${id}/approve`, { reason: 'looked at it' })).body).toMatchObject({
      state: 'approved',
      approvals: [{ by: 'sam', effect: 'approve', reason: 'looked at it' }],
    });

    const released = await agent.decide(call);
    expect(released).toMatchObject({ effect: EFFECT_ALLOW, approval: { approvalId: id, approvers: ['sam'], digest } });
    expect(released.reasonCodes).toContain('approval_granted');
    expect(released.lease?.permissions).toEqual({ contents: 'write', metadata: 'read', workflows: 'write' });
    expect((await people.alice.get(`/approvals/${id}`)).body).toMatchObject({ state: 'used' });

    const again = await agent.decide(call);
    expect(again.effect).toBe(EFFECT_HOLD);
    expect(again.hold?.approvalId).not.toBe(id);
    const types = await eventually(() => {
      const mine = replica.audit.events.filter((event) => event.approval?.id === id).map((event) => event.type);
      return mine.includes('approval.used') && mine;
    });
    expect(types).toEqual(['approval.requested', 'approval.granted', 'approval.used']);
  });

  it('lets one of many through when the same call comes many times at once, at two replicas', async () => {
    const { call, id } = await hold();
    await people.sue.post(`/approvals/${id}/approve`);
    const other = agent.at(second);
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => (n % 2 ? agent : other).decide(call)));
    other.close();
    expect(answers.filter((answer) => answer.effect === EFFECT_ALLOW)).toHaveLength(1);
    expect(answers.filter((answer) => answer.lease)).toHaveLength(1);
  });

  it('answers the question whose answer was lost again, at another replica, and nobody else', async () => {
    const { call, id } = await hold();
    await people.sam.post(`/approvals/${id}/approve`);
    const other = agent.at(second);
    expect((await agent.decide(call, 'question-1')).effect).toBe(EFFECT_ALLOW);
    expect(await other.decide(call, 'question-1')).toMatchObject({
      effect: EFFECT_ALLOW,
      approval: { approvalId: id, approvers: ['sam'] },
    });
    expect((await other.decide(call, 'question-2')).effect).toBe(EFFECT_HOLD);
    other.close();
  });

  it.each([
    ['another digest', () => workflowPush(sessionId, digestOf('changed bytes'))],
    [
      'another branch of the same digest at another repository',
      (digest: string) =>
        push(sessionId, 'refs/heads/topic-ci', { repo: 'site', paths: ['.github/workflows/ci.yml'], digest }),
    ],
  ])('does not let %s through on an approval', async (_, other) => {
    const { call, id, digest } = await hold();
    await people.sam.post(`/approvals/${id}/approve`);
    expect((await agent.decide(other(digest))).effect).toBe(EFFECT_HOLD);
    expect((await agent.decide(call)).effect).toBe(EFFECT_ALLOW);
  });

  it('does not let another session through on an approval', async () => {
    const { call, id } = await hold();
    await people.sam.post(`/approvals/${id}/approve`);
    const elsewhere = await openSession(people.alice, { assistant: 'copilot' });
    expect((await agent.decide({ ...call, sessionId: elsewhere })).effect).toBe(EFFECT_HOLD);
  });

  it('does not open under another policy version', async () => {
    const { call, id } = await hold();
    await people.sam.post(`/approvals/${id}/approve`);
    await replica.parts.database.query("UPDATE holdshort.approvals SET policy_version = 'sha256:older' WHERE id = $1", [
      id,
    ]);
    expect((await agent.decide(call)).effect).toBe(EFFECT_HOLD);
  });

  it.each([
    ['the owner', 'alice', 403],
    ['an engineer outside the group', 'bob', 404],
    ['an administrator', 'carol', 403],
    ['an auditor', 'dave', 403],
  ] as const)('refuses the approval of %s', async (_, login, status) => {
    const { call, id } = await hold();
    expect((await people[login].post(`/approvals/${id}/approve`)).status).toBe(status);
    expect((await agent.decide(call)).effect).toBe(EFFECT_HOLD);
  });

  it('refuses the owner also where the owner is in the approving group', async () => {
    const samsSession = await openSession(people.sam, { assistant: 'copilot' });
    const { id } = await hold();
    await replica.parts.database.query(
      "UPDATE holdshort.approvals SET session_id = $1, owner_sub = 'dev-sam', owner_login = 'sam' WHERE id = $2",
      [samsSession, id],
    );
    const refused = await people.sam.post(`/approvals/${id}/approve`);
    expect(refused).toMatchObject({
      status: 403,
      body: { detail: 'Nobody answers for their own session; someone else must look at it.' },
    });
    expect((await people.sue.post(`/approvals/${id}/approve`)).status).toBe(200);
  });

  it('refuses those who made the commits, whoever pushes them, whatever their role', async () => {
    const authors = ['Sam@Example.test', 'carol@example.test'];
    const call = push(sessionId, 'refs/heads/topic-authors', { paths: ['.github/workflows/ci.yml'], authors });
    const id = (await agent.decide(call)).hold?.approvalId ?? '';
    for (const login of ['sam', 'carol'] as const)
      expect(await people[login].post(`/approvals/${id}/approve`)).toMatchObject({
        status: 403,
        body: { detail: 'Nobody answers for commits of their own; someone else must look at them.' },
      });
    expect((await agent.decide(call)).effect).toBe(EFFECT_HOLD);
    expect((await people.sue.post(`/approvals/${id}/approve`)).status).toBe(200);
    expect((await agent.decide(call)).effect).toBe(EFFECT_ALLOW);
  });

  it('refuses a push whose authors are too many to tell who may answer', async () => {
    const call = push(sessionId, 'refs/heads/topic-many', { paths: ['.github/workflows/ci.yml'] });
    const answer = await agent.decide({ ...call, push: { ...call.push, authorsTruncated: true } });
    expect(answer).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['request_too_large'] });
  });

  it('opens a gate that policy gives to two of a group at the second person', async () => {
    const access = BALANCED.access.replace('@approvers("security") @count("1")', '@approvers("security") @count("2")');
    await activatePolicy(replica, { access, obligations: BALANCED.obligations });
    const { call, answer, id } = await hold();
    expect(answer.hold?.gates).toMatchObject([{ approvers: 'security', required: 2, granted: 0 }]);
    expect((await people.carol.post(`/approvals/${id}/approve`)).status).toBe(403);
    expect((await people.sam.post(`/approvals/${id}/approve`)).body).toMatchObject({ state: 'pending' });
    expect((await people.sam.post(`/approvals/${id}/approve`)).status).toBe(409);
    expect((await agent.decide(call)).effect).toBe(EFFECT_HOLD);
    expect((await people.sue.post(`/approvals/${id}/approve`)).body).toMatchObject({ state: 'approved' });
    expect((await agent.decide(call)).approval?.approvers).toEqual(['sam', 'sue']);
    await activatePolicy(replica, BALANCED);
  });

  it('counts a person once, and opens at the required number', async () => {
    const { call, id } = await hold();
    await replica.parts.database.query(
      `UPDATE holdshort.approvals SET gates = jsonb_set(gates, '{0,required}', '2') WHERE id = $1`,
      [id],
    );
    expect((await people.sam.post(`/approvals/${id}/approve`)).body).toMatchObject({
      state: 'pending',
      gates: [{ granted: 1, required: 2 }],
    });
    expect(await people.sam.post(`/approvals/${id}/approve`)).toMatchObject({
      status: 409,
      body: { detail: 'You have approved this already.' },
    });
    expect((await agent.decide(call)).hold).toMatchObject({ approvalId: id, gates: [{ granted: 1 }] });
    expect((await people.sue.post(`/approvals/${id}/approve`)).body).toMatchObject({ state: 'approved' });
    expect((await agent.decide(call)).effect).toBe(EFFECT_ALLOW);
  });

  it('keeps a rejection: the same call is refused with the reason, without asking again', async () => {
    const { call, id } = await hold();
    expect((await people.sam.post(`/approvals/${id}/reject`)).status).toBe(400);
    expect((await people.sam.post(`/approvals/${id}/reject`, { reason: 'It prints secrets.' })).body).toMatchObject({
      state: 'rejected',
      rejected_by: 'sam',
      reason: 'It prints secrets.',
    });
    expect((await people.sue.post(`/approvals/${id}/approve`)).status).toBe(409);
    const answer = await agent.decide(call);
    expect(answer).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['approval_rejected'] });
    expect(answer.message).toBe(
      'sam refused this call: It prints secrets. Change it and ask again; working around the refusal is not the way.',
    );
  });

  it('tells a waiting agent at once, whichever replica the approval came by, and ends the stream', async () => {
    const { id } = await hold();
    const other = agent.at(second);
    const [here, there] = [agent.awaitApproval(id), other.awaitApproval(id)];
    await eventually(() => here.all.length === 1 && there.all.length === 1);
    expect(here.all[0]).toMatchObject({ state: APPROVAL_STATE_PENDING, gates: [{ approvers: 'security' }] });
    await people.sam.post(`/approvals/${id}/approve`);
    expect(await Promise.all([here.end, there.end])).toEqual([undefined, undefined]);
    expect(there.all.at(-1)).toMatchObject({ state: APPROVAL_STATE_APPROVED, approvers: ['sam'] });
    other.close();

    const refused = await hold();
    const waiting = agent.awaitApproval(refused.id);
    await (await signedIn(second, 'sue')).post(`/approvals/${refused.id}/reject`, { reason: 'no' });
    await waiting.end;
    expect(waiting.all.at(-1)).toMatchObject({ state: APPROVAL_STATE_REJECTED, rejectedBy: 'sue', reason: 'no' });
  });

  it('does not show an approval to an agent that may not speak for its session', async () => {
    const mine = await openSession(people.alice, { assistant: 'copilot', agent_id: agent.id });
    const { id } = await hold(mine);
    const other = await TestAgent.enrolled(replica);
    expect(String(await other.awaitApproval(id).end)).toContain('The session is not known.');
    expect(String(await other.awaitApproval('apr_nothing').end)).toContain('There is no such approval.');
    other.close();
  });

  it('never opens what is expired, and says so to whoever waits', async () => {
    const { call, id } = await hold();
    const approvedOne = await hold();
    await people.sam.post(`/approvals/${approvedOne.id}/approve`);
    const waiting = agent.awaitApproval(id);
    await eventually(() => waiting.all.length === 1);
    await replica.parts.database.query('UPDATE holdshort.approvals SET expires_at = now() WHERE id = ANY($1)', [
      [id, approvedOne.id],
    ]);
    expect((await agent.decide(approvedOne.call)).effect).toBe(EFFECT_HOLD);
    expect((await people.sam.post(`/approvals/${id}/approve`)).status).toBe(409);
    await waiting.end;
    expect(waiting.all.at(-1)).toMatchObject({ state: APPROVAL_STATE_EXPIRED });
    expect((await agent.decide(call)).effect).toBe(EFFECT_HOLD);
  });

  it('does not open a push whose ref moved at GitHub meanwhile', async () => {
    const { call, id } = await hold();
    await people.sam.post(`/approvals/${id}/approve`);
    await atGithub(replica, 'POST', '/git/refs', {
      ref: 'refs/heads/topic-ci',
      sha: await newCommit(replica, 'topic-ci'),
    });
    const answer = await agent.decide(call);
    expect(answer).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['approval_expired'] });
    expect(answer.message).toMatch(
      /^The approval no longer applies: acme\/app refs\/heads\/topic-ci moved from nothing to [0-9a-f]{12} since it was asked for\. Fetch,/,
    );
    expect((await people.sam.get(`/approvals/${id}`)).body).toMatchObject({
      state: 'expired',
      reason: expect.stringContaining('moved from nothing') as string,
    });
    await eventually(() =>
      replica.audit.events.some(({ type, approval }) => type === 'approval.expired' && approval?.id === id),
    );
    await atGithub(replica, 'DELETE', '/git/refs/heads/topic-ci');
  });

  it('holds a merge anew when the pull request has other commits than the approver saw', async () => {
    const target = await pullRequest('topic/moving');
    const merge = rest(sessionId, 'pulls/merge', 'pull.merge', target);
    const first = await agent.decide(merge);
    await people.bob.post(`/approvals/${first.hold?.approvalId ?? ''}/approve`);
    const body = { message: 'more', content: 'eA==', branch: 'topic/moving' };
    await atGithub(replica, 'PUT', '/contents/more.txt', body);
    const second = await agent.decide(merge);
    expect(second.effect).toBe(EFFECT_HOLD);
    expect(second.hold?.approvalId).not.toBe(first.hold?.approvalId);
    await people.bob.post(`/approvals/${second.hold?.approvalId ?? ''}/approve`);
    expect((await agent.decide(merge)).effect).toBe(EFFECT_ALLOW);
  });

  it('refuses to hold a call that has no digest to bind an approval to', async () => {
    const answer = await agent.decide({ ...workflowPush(sessionId), digest: '' });
    expect(answer).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['request_malformed'] });
  });

  it('shows people what concerns them: their own, what they may answer, and all to those who look after it', async () => {
    const merge = rest(sessionId, 'pulls/merge', 'pull.merge', await pullRequest('topic/listed'));
    const held = await agent.decide(merge);
    expect(held).toMatchObject({ effect: EFFECT_HOLD, hold: { gates: [{ approvers: 'eng' }] } });
    const ids = async (person: Person) =>
      ((await person.get('/approvals?limit=500')).body['items'] as { id: string }[]).map((item) => item.id);
    expect(await ids(people.bob)).toEqual([held.hold?.approvalId]);
    expect((await ids(people.alice)).length).toBeGreaterThan(1);
    expect(await ids(people.dave)).toEqual(await ids(people.carol));
    expect((await people.bob.post(`/approvals/${held.hold?.approvalId ?? ''}/approve`)).body).toMatchObject({
      state: 'approved',
    });
    expect((await agent.decide(merge)).effect).toBe(EFFECT_ALLOW);
  });

  it('pages through the list without a gap or a repeat', async () => {
    const all = (await people.carol.get('/approvals?state=all&limit=500')).body['items'] as { id: string }[];
    const paged: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const { body } = await people.carol.get(`/approvals?state=all&limit=3${next === '' ? '' : `&cursor=${next}`}`);
      paged.push(...(body['items'] as { id: string }[]).map((item) => item.id));
      next = body['next'] as string | null;
    }
    expect(paged).toEqual(all.map((item) => item.id));
  });

  it('asks the policy in force again: an approval under an older one opens nothing', async () => {
    const { call, id } = await hold();
    await people.sam.post(`/approvals/${id}/approve`);
    await activatePolicy(replica, { ...BALANCED, obligations: `${BALANCED.obligations}\n// newer\n` });
    const held = await agent.decide(call);
    expect(held.effect).toBe(EFFECT_HOLD);
    expect(held.hold?.approvalId).not.toBe(id);
    await people.sam.post(`/approvals/${held.hold?.approvalId ?? ''}/approve`);
    const forbidden = BALANCED.access.replace(
      '@effect("hold") @gate("workflow-change") @approvers("security") @count("1") @exclude("owner") @expires("24h")\n',
      '',
    );
    const withoutHold = forbidden.replace('unless { context.gates.contains(Holdshort::Gate::"workflow-change") }', '');
    await activatePolicy(replica, { access: withoutHold, obligations: BALANCED.obligations });
    expect(await agent.decide(call)).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['policy_forbids'] });
    await activatePolicy(replica, BALANCED);
  });
});
