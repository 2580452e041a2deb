import type { Notice } from './notice.js';
import type { Notifier } from './notifier.js';
import { post } from './post-json.js';
import type { SlackApi } from './slack-api.js';
import { slackMessage } from './slack-message.js';

/** Posts one message for each hold by the bot, and changes it as the hold goes on. */
export class SlackNotifier implements Notifier {
  readonly channel = 'slack';

  constructor(
    private readonly api: SlackApi,
    private readonly config: { slackChannel: string; withButtons: boolean },
  ) {}

  async send(notice: Notice, earlier: string | undefined): Promise<string> {
    const message = slackMessage(notice, this.config.withButtons);
    const [channel, ts] = earlier?.split(' ') ?? [];
    const answer =
      channel === undefined || ts === undefined
        ? await this.api.call('chat.postMessage', { channel: this.config.slackChannel, ...message })
        : await this.api.call('chat.update', { channel, ts, ...message });
    return earlier ?? `${String(answer['channel'])} ${String(answer['ts'])}`;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Posts to an incoming webhook, which can neither change a message nor carry an answer: no buttons. */
export class SlackWebhookNotifier implements Notifier {
  readonly channel = 'slack';

  constructor(private readonly url: string) {}

  async send(notice: Notice): Promise<undefined> {
    await post(this.url, JSON.stringify(slackMessage(notice, false)), {});
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
