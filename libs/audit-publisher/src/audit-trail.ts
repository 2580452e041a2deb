import type { AuditEvent, EventDraft } from '@holdshort/audit-events';

/** Where events of one process go: chained, on disk before anything else, delivered in order later. */
export interface AuditTrail {
  /**
   * Appends the event to the chain and resolves once it is durable on disk (fsync).
   * @throws HoldshortError `audit_unavailable` where the spool is full or a write or fsync failed;
   * then the event is not part of the chain, and the caller must not go on with a write.
   */
  record(draft: EventDraft): Promise<AuditEvent>;
  /** Whether a write could be recorded now; what `/readyz` and the write path ask first. */
  isWritable(): boolean;
  /** Attempts of earlier boots that have no outcome; known after opening, to be resolved by the caller. */
  readonly unresolvedAttempts: readonly AuditEvent[];
  status(): AuditTrailStatus;
  /** Makes everything durable, gives the publisher up to `timeoutMs` to deliver, then closes. */
  close(timeoutMs?: number): Promise<void>;
}

export interface AuditTrailStatus {
  chainId: string;
  lastSeq: number;
  /** Events on disk that the publisher has not yet had acknowledged. */
  pending: number;
  bytes: number;
  maxBytes: number;
  oldestPendingMs: number;
  state: 'ok' | 'full' | 'failed';
  publisher: { kind: string; connected: boolean; lastError?: string };
}

/** One event as it leaves: the key is the chain id, the value the canonical JSON. */
export interface OutgoingRecord {
  key: string;
  value: Buffer;
  event: Pick<AuditEvent, 'id' | 'type' | 'time' | 'agent' | 'tenant'>;
  /** What the event is about (repository or session), for readers that route by header. */
  subject?: string;
}

/** A way out of the spool; one contract suite runs on all of them. */
export interface Publisher {
  readonly kind: string;
  /**
   * Delivers the batch in order. Resolves when the other side has it durably; rejects (after which the
   * caller sends the identical batch again) otherwise. Never settles "maybe".
   */
  publish(batch: readonly OutgoingRecord[]): Promise<void>;
  isConnected(): boolean;
  close(): Promise<void>;
}
