import { isCheckpoint, type OutgoingRecord, type Publisher } from '@holdshort/audit-publisher';
import type { AuditEvent, Checkpoint } from '@holdshort/audit-events';
import { requireValidEvents } from '@holdshort/testkit/events';

/** Where the events of a test end: the spool before it is the real one. */
export class CollectingPublisher implements Publisher {
  readonly kind = 'collecting';
  readonly events: AuditEvent[] = [];
  readonly checkpoints: Checkpoint[] = [];

  publish(batch: readonly OutgoingRecord[]): Promise<void> {
    for (const record of batch) {
      const value = JSON.parse(record.value.toString('utf8')) as AuditEvent & Checkpoint;
      if (isCheckpoint(record)) this.checkpoints.push(value);
      else this.events.push(value);
    }
    return Promise.resolve();
  }

  /** @throws Error where an event does not hold to its schema */
  requireValid(): void {
    requireValidEvents(this.events);
  }

  isConnected(): boolean {
    return true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
