import { createHmac } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { Notice } from './notice.js';
import type { Notifier } from './notifier.js';
import { post } from './post-json.js';

/**
 * Signature of a delivery: hex HMAC-SHA256 over `v1:TIMESTAMP:BODY`, TIMESTAMP in seconds since 1970 as the header says
 * it. The receiver refuses old timestamps, so that a recorded delivery cannot be played again; see docs/approvals.md.
 */
export const signWebhook = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`v1:${timestamp}:${body}`).digest('hex')}`;

/** Posts notices as JSON to one address, signed. */
export class WebhookNotifier implements Notifier {
  readonly channel = 'webhook';

  constructor(
    private readonly config: { url: string; secret: string },
    private readonly now: Clock,
  ) {}

  async send(notice: Notice): Promise<undefined> {
    const { id, event, approval } = notice;
    const body = JSON.stringify({ id, event: `approval.${event}`, approval });
    const timestamp = String(Math.floor(this.now().getTime() / 1000));
    await post(this.config.url, body, {
      'x-holdshort-delivery': id,
      'x-holdshort-event': `approval.${event}`,
      'x-holdshort-timestamp': timestamp,
      'x-holdshort-signature': signWebhook(this.config.secret, timestamp, body),
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
