import type { OutgoingRecord, Publisher } from '@holdshort/audit-publisher';
import type { AuditEvent } from '@holdshort/audit-events';

/** Where the events of a test end: the spool before it is the real one. */
export class CollectingPublisher implements Publisher {
  readonly kind = 'collecting';
  readonly events: AuditEvent[] = [];

  publish(batch: readonly OutgoingRecord[]): Promise<void> {
    this.events.push(...batch.map((record) => JSON.parse(record.value.toString('utf8')) as AuditEvent));
    return Promise.resolve();
  }

  isConnected(): boolean {
    return true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
