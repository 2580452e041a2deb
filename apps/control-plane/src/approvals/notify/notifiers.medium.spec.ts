import type { Approval } from '../approval.js';
import { httpReceiver, smtpReceiver, type HttpReceiver, type Receiver } from '../../testing/receivers.js';
import { EmailNotifier } from './email-notifier.js';
import { NOTICE_EVENTS, noticeOf } from './notice.js';
import { NotDelivered, type Notifier } from './notifier.js';
import { SlackApi } from './slack-api.js';
import { SlackNotifier, SlackWebhookNotifier } from './slack-notifier.js';
import { signWebhook, WebhookNotifier } from './webhook-notifier.js';

// put together here so that no scanner of this repository takes it for one
const TOKEN = ['ghp', 'x7Kq2LmN9pRs4TuV6wXy8ZaB1cDe3F4vSTnM'].join('_');
const NOW = new Date('2026-11-26T10:00:00Z');

const row: Approval = {
  id: 'apr_1',
  state: 'pending',
  sessionId: 'ses_1',
  surface: 'git',
  operation: 'git/receive-pack',
  repo: 'acme/app',
  refs: [
    {
      ref: 'refs/heads/<!channel>',
      old: '0'.repeat(40),
      new: 'a'.repeat(40),
      kind: 'create',
      paths: ['.github/workflows/ci.yml', `conf/${TOKEN}`],
    },
  ],
  authors: ['alice@example.test'],
  findings: [{ rule: 'github-token', severity: 'block', path: 'conf/x', line: 3, excerpt: `ghp_**** ${TOKEN}` }],
  digest: 'd'.repeat(64),
  expected: {},
  policyVersion: 'sha256:1',
  policies: ['workflow-change'],
  gates: [{ name: 'workflow-change', approvers: 'security', required: 1, message: 'Look at it.' }],
  ownerSub: 'dev-alice',
  ownerIdp: 'idp',
  ownerLogin: 'alice\r\nBcc: mallory@example.test',
  assistant: 'copilot',
  correlationId: 'cor_1',
  createdAt: NOW,
  expiresAt: NOW,
  decidedAt: null,
  usedAt: null,
  usedBy: null,
  rejectedBy: null,
  reason: null,
};
const URL_ = 'https://holdshort.example/approvals/apr_1';
const notice = noticeOf({ id: 'ntf_1', event: 'requested' }, row, [], URL_);

interface Way {
  notifier: Notifier;
  receiver: Receiver;
  /** A secret of the way itself, which must stand in no message and no error. */
  secret: string;
}

const slackAnswer = (receiver: HttpReceiver): void => {
  receiver.answer = () => ({ ok: true, channel: 'C1', ts: '1700000000.000100' });
};

const WAYS: [string, () => Promise<Way>][] = [
  [
    'webhook',
    async () => {
      const receiver = await httpReceiver();
      const config = { url: `${receiver.url}/hook`, secret: 'webhook-key' };
      return { receiver, secret: config.secret, notifier: new WebhookNotifier(config, () => NOW) };
    },
  ],
  [
    'slack bot',
    async () => {
      const receiver = await httpReceiver();
      slackAnswer(receiver);
      const api = new SlackApi({ apiUrl: receiver.url, botToken: 'bot-key' });
      return {
        receiver,
        secret: 'bot-key',
        notifier: new SlackNotifier(api, { slackChannel: 'C1', withButtons: true }),
      };
    },
  ],
  [
    'slack webhook',
    async () => {
      const receiver = await httpReceiver();
      return { receiver, secret: 'T0/B0/key', notifier: new SlackWebhookNotifier(`${receiver.url}/T0/B0/key`) };
    },
  ],
  [
    'e-mail',
    async () => {
      const receiver = await smtpReceiver();
      const to = new Map([['security', ['security@example.test']]]);
      const config = { smtpUrl: receiver.url, from: 'holdshort@example.test', to };
      return { receiver, secret: 'mail-password', notifier: new EmailNotifier(config) };
    },
  ],
];

describe.each(WAYS)('what every notifier keeps: %s', (_, open) => {
  let way: Way;
  beforeAll(async () => {
    way = await open();
  });
  beforeEach(() => way.receiver.received.splice(0));
  afterAll(async () => {
    await way.notifier.close();
    await way.receiver.stop();
  });

  it.each(NOTICE_EVENTS)('tells of an approval that is %s, once', async (event) => {
    await way.notifier.send({ ...notice, event }, undefined);
    expect(way.receiver.received).toHaveLength(1);
    expect(way.receiver.received[0]?.body).toContain('acme/app');
  });

  it('says who, what, where to answer, and what was found, redacted', async () => {
    await way.notifier.send(notice, undefined);
    const body = way.receiver.received[0]?.body.replaceAll('=\r\n', '').replaceAll('=3D', '=') ?? '';
    for (const text of ['alice', 'copilot', '.github/workflows/ci.yml', 'security', 'github-token', URL_])
      expect(body).toContain(text);
    expect(body).toContain('[redacted: ');
    expect(body).not.toContain(TOKEN);
    expect(body).not.toContain(way.secret);
  });

  it('lets no name of the call become markup, a mention or a further recipient', async () => {
    await way.notifier.send(notice, undefined);
    const [got] = way.receiver.received;
    expect(got?.path).not.toContain('mallory');
    expect(got?.body).not.toMatch(/^Bcc:/im);
    // in Slack only mrkdwn and the fallback text mention
    const blocks =
      way.notifier.channel === 'slack'
        ? (JSON.parse(got?.body ?? '{}') as { text: string; blocks: object[] })
        : undefined;
    expect(blocks?.text ?? '').not.toContain('<');
    expect(JSON.stringify(blocks?.blocks ?? [])).not.toContain('mrkdwn');
  });

  it('says that it could not deliver, without the address or a credential, and delivers afterwards', async () => {
    way.receiver.failNext = 1;
    const error: unknown = await way.notifier.send(notice, undefined).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(NotDelivered);
    const { message } = error as NotDelivered;
    expect(message).not.toContain(way.secret);
    expect(message).not.toContain('127.0.0.1');
    expect(way.receiver.received).toHaveLength(0);
    await way.notifier.send(notice, undefined);
    expect(way.receiver.received).toHaveLength(1);
  });
});

describe('a signed webhook', () => {
  it('can be checked by its receiver, and says which delivery it is', async () => {
    const receiver = await httpReceiver();
    await new WebhookNotifier({ url: receiver.url, secret: 'webhook-key' }, () => NOW).send(notice);
    const [got] = receiver.received;
    const timestamp = String(got?.headers['x-holdshort-timestamp']);
    expect(timestamp).toBe(String(NOW.getTime() / 1000));
    expect(got?.headers['x-holdshort-signature']).toBe(signWebhook('webhook-key', timestamp, got?.body ?? ''));
    expect(got?.headers).toMatchObject({ 'x-holdshort-delivery': 'ntf_1', 'x-holdshort-event': 'approval.requested' });
    expect(JSON.parse(got?.body ?? '')).toMatchObject({
      id: 'ntf_1',
      event: 'approval.requested',
      approval: { id: 'apr_1', url: URL_ },
    });
    await receiver.stop();
  });

  it('has the signature that openssl makes', () => {
    // printf 'v1:1700000000:{}' | openssl dgst -sha256 -hmac key
    expect(signWebhook('key', '1700000000', '{}')).toBe(
      'v1=584e59c409146d134b9c5f3551be5110dcd1cf3262710509ae10c5cc17a991cb',
    );
  });

  it('does not follow a redirect', async () => {
    const receiver = await httpReceiver();
    const from = await httpReceiver();
    from.redirectTo = `${receiver.url}/elsewhere`;
    await expect(new WebhookNotifier({ url: from.url, secret: 'k' }, () => NOW).send(notice)).rejects.toThrow(
      'answered 302',
    );
    expect(receiver.received).toEqual([]);
    await from.stop();
    await receiver.stop();
  });
});

describe('a Slack message', () => {
  it('is changed rather than repeated, and loses its buttons once the hold is decided', async () => {
    const receiver = await httpReceiver();
    slackAnswer(receiver);
    const notifier = new SlackNotifier(new SlackApi({ apiUrl: receiver.url, botToken: 'bot-key' }), {
      slackChannel: 'C1',
      withButtons: true,
    });
    const receipt = await notifier.send(notice, undefined);
    const granted = noticeOf({ id: 'ntf_2', event: 'granted' }, { ...row, state: 'approved' }, [], URL_);
    expect(await notifier.send(granted, receipt)).toBe(receipt);
    const [posted, changed] = receiver.received;
    expect(posted?.path).toBe('/chat.postMessage');
    expect(posted?.headers.authorization).toBe('Bearer bot-key');
    expect(posted?.body).toContain('"action_id":"approve"');
    expect(changed?.path).toBe('/chat.update');
    expect(JSON.parse(changed?.body ?? '')).toMatchObject({ channel: 'C1', ts: '1700000000.000100' });
    expect(changed?.body).not.toContain('"action_id":"approve"');
    await receiver.stop();
  });

  it('that Slack does not take is not delivered', async () => {
    const receiver = await httpReceiver();
    receiver.answer = () => ({ ok: false, error: 'channel_not_found' });
    const notifier = new SlackNotifier(new SlackApi({ apiUrl: receiver.url, botToken: 'b' }), {
      slackChannel: 'C1',
      withButtons: true,
    });
    await expect(notifier.send(notice, undefined)).rejects.toThrow('Slack said channel_not_found to chat.postMessage.');
    await receiver.stop();
  });
});

describe('a mail', () => {
  it('goes to those whose group the gates ask for, answers its first one, and says it is automatic', async () => {
    const receiver = await smtpReceiver();
    const to = new Map([
      ['security', ['a@example.test', 'b@example.test']],
      ['eng', ['c@example.test']],
    ]);
    const notifier = new EmailNotifier({ smtpUrl: receiver.url, from: 'holdshort@example.test', to });
    const receipt = await notifier.send(notice, undefined);
    await notifier.send({ ...notice, id: 'ntf_2', event: 'granted' }, receipt);
    const [first, second] = receiver.received;
    expect(first?.path).toBe('a@example.test b@example.test');
    expect(first?.body).toMatch(/^Message-ID: <ntf_1@holdshort>\r$/m);
    expect(first?.body).toMatch(/^Auto-Submitted: auto-generated\r$/im);
    expect(second?.body).toMatch(/^In-Reply-To: <ntf_1@holdshort>\r$/m);
    await notifier.close();
    await receiver.stop();
  });

  it('is not sent with a wrong password', async () => {
    const receiver = await smtpReceiver();
    const wrong = receiver.url.replace('mail-password', 'guess');
    const notifier = new EmailNotifier({
      smtpUrl: wrong,
      from: 'h@example.test',
      to: new Map([['security', ['s@example.test']]]),
    });
    await expect(notifier.send(notice, undefined)).rejects.toThrow('The mail server did not take the message.');
    expect(receiver.received).toEqual([]);
    await notifier.close();
    await receiver.stop();
  });
});
