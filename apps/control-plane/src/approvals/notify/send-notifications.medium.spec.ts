import { agentV1 } from '@holdshort/contracts';
import { digestOf, workflowPush } from '../../testing/calls.js';
import { eventually } from '../../testing/eventually.js';
import { signedIn, type Person } from '../../testing/people.js';
import { httpReceiver, type HttpReceiver } from '../../testing/receivers.js';
import { TestAgent } from '../../testing/test-agent.js';
import { TestWorld, type Replica } from '../../testing/test-world.js';
import type { ControlPlaneSettings } from '../../settings.js';

describe('notifications', () => {
  let world: TestWorld;
  let database: string;
  let receiver: HttpReceiver;
  let replica: Replica;
  let second: Replica;
  let agent: TestAgent;
  let people: Record<'alice' | 'sam', Person>;
  let sessionId: string;
  let settings: Partial<ControlPlaneSettings>;
  let calls = 0;

  beforeAll(async () => {
    world = await TestWorld.start();
    database = await world.newDatabase();
    receiver = await httpReceiver();
    settings = { notifyWebhookUrl: receiver.url, notifyWebhookSecret: 'webhook-key\n' };
    replica = await world.replica(database, settings);
    second = await world.replica(database, settings);
    agent = await TestAgent.enrolled(replica);
    people = { alice: await signedIn(replica, 'alice'), sam: await signedIn(replica, 'sam') };
    sessionId = String((await people.alice.post('/sessions', { assistant: 'copilot' })).body['id']);
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
    await receiver.stop();
  });

  const hold = async () => {
    const call = workflowPush(sessionId, digestOf(`notify ${String(++calls)}`));
    return { call, id: (await agent.decide(call)).hold?.approvalId ?? '' };
  };
  const eventsOf = (id: string): string[] =>
    receiver.received
      .map(({ body }) => JSON.parse(body) as { event: string; approval: { id: string } })
      .filter(({ approval }) => approval.id === id)
      .map(({ event }) => event);
  const rowsOf = (id: string) =>
    replica.parts.database.query<{ event: string; state: string; attempts: number; last_error: string | null }[]>(
      'SELECT event, state, attempts, last_error FROM holdshort.notifications WHERE approval_id = $1 ORDER BY seq',
      [id],
    );

  it('tell of each step of a hold once and in order, though two replicas send', async () => {
    const { call, id } = await hold();
    await people.sam.post(`/approvals/${id}/approve`);
    expect((await agent.decide(call)).effect).toBe(agentV1.Effect.EFFECT_ALLOW);
    await eventually(() => eventsOf(id).length >= 3);
    expect(eventsOf(id)).toEqual(['approval.requested', 'approval.granted', 'approval.used']);
    const many = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(hold));
    await eventually(() => many.every(({ id: each }) => eventsOf(each).length > 0));
    for (const { id: each } of many) expect(eventsOf(each)).toEqual(['approval.requested']);
  });

  it('of a refusal carry its reason', async () => {
    const { id } = await hold();
    await people.sam.post(`/approvals/${id}/reject`, { reason: 'pin the action' });
    await eventually(() => eventsOf(id).length === 2);
    expect(receiver.received.at(-1)?.body).toContain('pin the action');
  });

  it('wait out a receiver that is down, with growing pauses, and come in order afterwards', async () => {
    receiver.failNext = 2;
    const { id } = await hold();
    await people.sam.post(`/approvals/${id}/approve`);
    await eventually(async () => (await rowsOf(id))[0]?.attempts === 2);
    expect((await rowsOf(id))[0]).toMatchObject({ state: 'waiting', last_error: 'The receiver answered 503.' });
    expect((await rowsOf(id))[1]).toMatchObject({ event: 'granted', attempts: 0 });
    await eventually(() => eventsOf(id).length === 2, 15_000);
    expect(eventsOf(id)).toEqual(['approval.requested', 'approval.granted']);
    // the receiver knows a moment before the row does
    await eventually(async () => (await rowsOf(id)).every(({ state }) => state === 'sent'));
    expect((await rowsOf(id)).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['sent', 3],
      ['sent', 1],
    ]);
  });

  it('are not lost when every replica stops before they are sent', async () => {
    receiver.failNext = 1_000_000;
    const { id } = await hold();
    await eventually(async () => ((await rowsOf(id))[0]?.attempts ?? 0) > 0);
    agent.close();
    await replica.stop();
    await second.stop();
    expect(eventsOf(id)).toEqual([]);
    receiver.failNext = 0;
    replica = await world.replica(database, settings);
    agent = agent.at(replica);
    await eventually(() => eventsOf(id).length === 1, 15_000);
    expect(eventsOf(id)).toEqual(['approval.requested']);
  });

  it('that nobody takes for a day are given up, and the trail says so', async () => {
    receiver.failNext = 1_000_000;
    const { id } = await hold();
    await eventually(async () => ((await rowsOf(id))[0]?.attempts ?? 0) > 0);
    world.clockOffsetMs = 25 * 3_600_000;
    try {
      await eventually(async () => (await rowsOf(id))[0]?.state === 'failed', 10_000);
      const given = await eventually(() =>
        replica.audit.events.find(({ type, approval }) => type === 'notification.failed' && approval?.id === id),
      );
      expect(given).toMatchObject({
        outcome: 'failed',
        detail: { channel: 'webhook', error: 'The receiver answered 503.' },
      });
    } finally {
      world.clockOffsetMs = 0;
      receiver.failNext = 0;
    }
  });
});

describe('settings of notifications', () => {
  it.each([
    ['a webhook without a key', { notifyWebhookUrl: 'https://x.example' }, 'belong together'],
    [
      'a webhook in the clear',
      { notifyWebhookUrl: 'http://x.example', notifyWebhookSecret: 'k' },
      'must be an https URL',
    ],
    ['a bot without a channel', { slackBotToken: 't' }, 'needs HOLDSHORT_SLACK_CHANNEL'],
    ['a signing secret without a bot', { slackSigningSecret: 's' }, 'need HOLDSHORT_SLACK_BOT_TOKEN_FILE'],
    ['a bot and a webhook', { slackBotToken: 't', slackChannel: 'C', slackWebhook: 'https://x.example' }, 'not both'],
    ['a mail server without recipients', { smtpUrl: 'smtp://x.example' }, 'belong together'],
  ])('refuse %s', async (_, changes, message) => {
    const { notifiersOf } = await import('./notifiers.js');
    const none = { emailTo: {}, slackApiUrl: 'https://slack.com/api' };
    expect(() => notifiersOf({ ...none, ...changes } as unknown as ControlPlaneSettings, () => new Date())).toThrow(
      message,
    );
  });
});
