import type { Notice } from './notice.js';

/** Name of a way to tell people; stands in the outbox, so it never changes. */
export type Channel = 'webhook' | 'slack' | 'email';

/** One way to tell people of holds. Adapters: webhook, Slack, e-mail; notifiers.medium.spec.ts runs on each. */
export interface Notifier {
  readonly channel: Channel;
  /**
   * Tells it once. The same notice may come again after a fault: at least once, never quite once.
   * @param earlier receipt of the first notice of this approval, where this channel gave one
   * @returns a receipt with which later notices can refer to this one
   * @throws NotDelivered where it has to be tried again
   */
  send(notice: Notice, earlier: string | undefined): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A notice that did not arrive. The text names no address and no credential: it is stored and logged. */
export class NotDelivered extends Error {
  override readonly name = 'NotDelivered';

  constructor(
    message: string,
    /** Seconds that the receiver asked to wait; 0 where it did not say. */
    readonly retryAfter = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
