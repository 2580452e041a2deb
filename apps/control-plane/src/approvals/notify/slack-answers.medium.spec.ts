import { agentV1 } from '@holdshort/contracts';
import { digestOf, workflowPush } from '../../testing/calls.js';
import { eventually } from '../../testing/eventually.js';
import { signedIn, type Person } from '../../testing/people.js';
import { httpReceiver, type HttpReceiver, type Received } from '../../testing/receivers.js';
import { TestAgent } from '../../testing/test-agent.js';
import { TestWorld, type Replica } from '../../testing/test-world.js';
import { signSlack } from './slack-signature.js';

const SECRET = 'signing-secret';

const whole = (email: string, changes: object = {}) => ({ is_email_confirmed: true, profile: { email }, ...changes });
/** Users of the workspace as users.info shows them. */
const USERS: Record<string, object> = {
  USAM: whole('Sam@example.test'),
  USUE: whole('sue@example.test'),
  UALICE: whole('alice@example.test'),
  UBOB: whole('bob@example.test'),
  UCAROL: whole('carol@example.test'),
  UNEW: whole('nobody@example.test'),
  UUNVERIFIED: whole('sam@example.test', { is_email_confirmed: false }),
  UBOT: whole('sam@example.test', { is_bot: true }),
  UGUEST: whole('sam@example.test', { is_restricted: true }),
  UGONE: whole('sam@example.test', { deleted: true }),
};

describe('answers from Slack', () => {
  let world: TestWorld;
  let slack: HttpReceiver;
  let replica: Replica;
  let agent: TestAgent;
  let alice: Person;
  let sessionId: string;
  let calls = 0;

  beforeAll(async () => {
    world = await TestWorld.start();
    slack = await httpReceiver();
    slack.answer = answerOf;
    replica = await world.replica(await world.newDatabase(), {
      slackApiUrl: slack.url,
      slackBotToken: 'bot-key',
      slackChannel: 'C1',
      slackSigningSecret: SECRET,
    });
    agent = await TestAgent.enrolled(replica);
    alice = await signedIn(replica, 'alice');
    for (const login of ['bob', 'sam', 'sue', 'carol']) await signedIn(replica, login);
    sessionId = String((await alice.post('/sessions', { assistant: 'copilot' })).body['id']);
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
    await slack.stop();
  });

  const answerOf = ({ path, body }: Received): unknown => {
    if (path !== '/users.info') return { ok: true, channel: 'C1', ts: '1.1' };
    const user = USERS[new URLSearchParams(body).get('user') ?? ''];
    return user ? { ok: true, user } : { ok: false, error: 'user_not_found' };
  };
  const hold = async () => {
    const call = workflowPush(sessionId, digestOf(`slack ${String(++calls)}`));
    return { call, id: (await agent.decide(call)).hold?.approvalId ?? '' };
  };
  const sent = (method: string, text: string): Received[] =>
    slack.received.filter(({ path, body }) => path === `/${method}` && body.includes(text));
  const stateOf = async (id: string) => (await alice.get(`/approvals/${id}`)).body['state'];

  async function deliver(payload: object, changes: { timestamp?: string; signature?: string; type?: string } = {}) {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = changes.timestamp ?? String(Math.floor(Date.now() / 1000));
    const answer = await fetch(`${replica.server.httpUrl}/api/v1/slack/interactions`, {
      method: 'POST',
      body,
      headers: {
        'content-type': changes.type ?? 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': changes.signature ?? signSlack(SECRET, timestamp, body),
      },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  const press = (user: string, approvalId: string, action = 'approve') => ({
    type: 'block_actions',
    user: { id: user },
    channel: { id: 'C1' },
    trigger_id: 'T1',
    actions: [{ action_id: action, value: approvalId }],
  });
  const form = (user: string, approvalId: string, reason: string) => ({
    type: 'view_submission',
    user: { id: user },
    view: {
      callback_id: 'reject',
      private_metadata: approvalId,
      state: { values: { reason: { text: { value: reason } } } },
    },
  });

  it('release the call, in the name of the person with the verified address, and the message follows', async () => {
    const { call, id } = await hold();
    await eventually(() => sent('chat.postMessage', id).length === 1);
    expect(await deliver(press('USAM', id))).toEqual({ status: 200, body: {} });
    expect(await stateOf(id)).toBe('approved');
    expect((await agent.decide(call)).approval?.approvers).toEqual(['sam']);
    await eventually(() => sent('chat.update', id).length === 2);
    expect(sent('chat.update', id)[0]?.body).not.toContain('"action_id":"approve"');
    const granted = await eventually(() =>
      replica.audit.events.find(({ type, approval }) => type === 'approval.granted' && approval?.id === id),
    );
    expect(granted).toMatchObject({ detail: { via: 'slack', answered_by: 'sam' } });
  });

  it('refuse it with the reason that a form asks for', async () => {
    const { call, id } = await hold();
    expect((await deliver(press('USUE', id, 'reject'))).status).toBe(200);
    expect(sent('views.open', id)).toHaveLength(1);
    expect(await stateOf(id)).toBe('pending');
    expect((await deliver(form('USUE', id, '  '))).body).toEqual({
      response_action: 'errors',
      errors: { reason: 'A refusal needs its reason.' },
    });
    expect((await deliver(form('USUE', id, 'pin the action'))).body).toEqual({});
    expect((await agent.decide(call)).message).toContain('sue refused this call: pin the action');
  });

  it.each([
    ['the owner', 'UALICE', 'not that of an approver'],
    ['an engineer who is no approver', 'UBOB', 'not that of an approver'],
    ['an administrator', 'UCAROL', 'not that of an approver'],
    ['somebody who is not signed in', 'UNEW', 'not that of an approver'],
    ['an address that is not verified', 'UUNVERIFIED', 'not that of an approver'],
    ['a bot', 'UBOT', 'not that of an approver'],
    ['a guest', 'UGUEST', 'not that of an approver'],
    ['a deleted user', 'UGONE', 'not that of an approver'],
    ['a user of another workspace', 'UELSEWHERE', 'Slack said user_not_found'],
  ])('of %s change nothing, and they are told so alone', async (_, user, told) => {
    const { id } = await hold();
    expect((await deliver(press(user, id))).status).toBe(200);
    expect(await stateOf(id)).toBe('pending');
    const [message] = sent('chat.postEphemeral', user);
    if (user !== 'UELSEWHERE') expect(message?.body).toContain(told);
    expect(await deliver(form(user, id, 'no'))).toMatchObject({ body: { response_action: 'errors' } });
    expect(await stateOf(id)).toBe('pending');
  });

  it('of two people with one address are nobody’s', async () => {
    const { id } = await hold();
    await replica.parts.database.query(
      `INSERT INTO holdshort.people (idp, sub, login, email, groups, checked_at, good_until)
       SELECT idp, 'twin', 'twin', 'Sue@Example.test', groups, checked_at, good_until FROM holdshort.people WHERE login = 'sue'`,
    );
    await deliver(press('USUE', id));
    expect(await stateOf(id)).toBe('pending');
    await replica.parts.database.query("DELETE FROM holdshort.people WHERE sub = 'twin'");
  });

  it.each([
    ['without a valid signature', { signature: `v0=${'0'.repeat(64)}` }, 401],
    ['that are older than five minutes', { timestamp: String(Math.floor(Date.now() / 1000) - 400) }, 401],
    ['under another content type, though signed', { type: 'application/json' }, 200],
  ])('%s', async (_, changes, status) => {
    const { id } = await hold();
    expect((await deliver(press('USAM', id), changes)).status).toBe(status);
    expect(await stateOf(id)).toBe(status === 200 ? 'approved' : 'pending');
  });

  it('that are sent again change nothing', async () => {
    const { call, id } = await hold();
    await deliver(press('USAM', id));
    expect((await agent.decide(call)).effect).toBe(agentV1.Effect.EFFECT_ALLOW);
    await deliver(press('USAM', id));
    expect(await stateOf(id)).toBe('used');
    expect((await agent.decide(call)).effect).toBe(agentV1.Effect.EFFECT_HOLD);
  });

  it('that somebody has overheard are not taken a second time', async () => {
    const { id } = await hold();
    const timestamp = String(Math.floor(Date.now() / 1000));
    const statuses = await Promise.all([1, 2, 3].map(() => deliver(press('USAM', id), { timestamp })));
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    const refused = statuses.find(({ status }) => status === 401);
    expect(refused?.body['detail']).toBe('The request was received before.');
  });

  it('are not heard where no signing secret is set', async () => {
    const deaf = await world.replica(await world.newDatabase());
    const answer = await fetch(`${deaf.server.httpUrl}/api/v1/slack/interactions`, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(404);
    await deaf.stop();
  });
});
