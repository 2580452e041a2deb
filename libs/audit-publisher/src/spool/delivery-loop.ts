import { timeOf, type Publisher } from '../audit-trail.js';
import type { Position } from './cursor-file.js';
import type { SpoolBatch, SpoolBatches } from './spool-batches.js';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5000;
/** How long until an unfinished clean-up is tried again while nothing else happens. */
const IDLE_MS = 1000;

export interface DeliveryLoopOptions {
  batches: SpoolBatches;
  publisher: Publisher;
  /** After each acknowledged batch: the position, and how many events it held. */
  onAcknowledged: (position: Position, events: number) => Promise<void>;
  onError: (error: unknown) => void;
}

/** Takes the spool to the publisher: strictly in order, one batch outstanding, the identical batch until it is acknowledged. */
export class DeliveryLoop {
  private stopping = false;
  private current: SpoolBatch | undefined;
  private wakeUp: (() => void) | undefined;
  /** Something came while the loop was not waiting. */
  private woken = false;
  private finished: Promise<void> = Promise.resolve();

  constructor(private readonly options: DeliveryLoopOptions) {}

  start(): void {
    this.finished = this.run();
  }

  /** There may be something new to deliver. */
  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  /** RFC 3339 time of the first event of the batch that waits for its acknowledgement. */
  get oldestTime(): string | undefined {
    const [first] = this.current?.records ?? [];
    return first && timeOf(first);
  }

  /** Ends after the publication under way; the publisher must be closed by the caller so that it ends. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.finished;
    await this.options.batches.close();
  }

  requestStop(): void {
    this.stopping = true;
    this.wake();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.deliverNext();
      } catch (error) {
        this.options.onError(error);
        await this.pause(FIRST_RETRY_MS);
      }
    }
  }

  /** May have become true while something was awaited. */
  private isWoken(): boolean {
    return this.woken;
  }

  private async deliverNext(): Promise<void> {
    this.woken = false;
    const batch = await this.options.batches.next();
    if (batch.records.length === 0) {
      await this.options.onAcknowledged(batch.end, 0);
      if (!this.isWoken()) await this.pause(IDLE_MS);
      return;
    }
    this.current = batch;
    if (await this.publish(batch)) await this.acknowledge(batch);
    this.current = undefined;
  }

  /** The batches move on by themselves, so an error here must not lose the count of a batch that was delivered. */
  private async acknowledge(batch: SpoolBatch): Promise<void> {
    try {
      await this.options.onAcknowledged(batch.end, batch.records.length);
    } catch (error) {
      this.options.onError(error);
    }
  }

  private async publish(batch: SpoolBatch): Promise<boolean> {
    for (let delay = FIRST_RETRY_MS; !this.stopping; delay = Math.min(delay * 2, LAST_RETRY_MS)) {
      try {
        await this.options.publisher.publish(batch.records);
        return true;
      } catch (error) {
        this.options.onError(error);
        await this.pause(delay, false);
      }
    }
    return false;
  }

  private pause(ms: number, wakeable = true): Promise<void> {
    if (this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wakeUp = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wakeUp = (): void => {
        if (wakeable || this.stopping) done();
      };
    });
  }
}
