import type { AuditEvent, Checkpoint, SealedEvent, Signer, TypedDraft } from '@holdshort/audit-events';

/** Where events of one process go: chained, on disk before anything else, delivered in order later. */
export interface AuditTrail {
  /**
   * Appends the event to the chain and resolves once it is durable on disk (fsync).
   * @throws HoldshortError `audit_unavailable` where the spool is full or a write or fsync failed;
   * then the event is not part of the chain, and the caller must not go on with a write.
   */
  record(draft: TypedDraft): Promise<SealedEvent>;
  /** Whether a write could be recorded now; what `/readyz` and the write path ask first. */
  isWritable(): boolean;
  /** Attempts of earlier boots that have no outcome; known after opening, to be resolved by the caller. */
  readonly unresolvedAttempts: readonly AuditEvent[];
  /** Outcomes of accepted pushes that the spool still holds and that no attestation follows; known after opening. */
  readonly unattestedPushes: readonly AuditEvent[];
  status(): AuditTrailStatus;
  /**
   * From now on the head of the chain is signed after every 256 events, after 10 s, and at the end; heads of earlier boots
   * that ended without are signed first. A later call replaces the key.
   * @param onSigned called with each checkpoint once it is durable; `close` waits for the last one, 2 s at most
   */
  signCheckpoints(signer: Signer, onSigned?: (checkpoint: Checkpoint) => void | Promise<void>): void;
  /** Makes everything durable, gives the publisher up to `timeoutMs` to deliver, then closes. */
  close(timeoutMs?: number): Promise<void>;
}

export interface AuditTrailStatus {
  chainId: string;
  lastSeq: number;
  /** Events and checkpoints on disk that the publisher has not yet had acknowledged. */
  pending: number;
  bytes: number;
  maxBytes: number;
  oldestPendingMs: number;
  state: 'ok' | 'full' | 'failed';
  /** `delivered` and `failures` count since the start. */
  publisher: { kind: string; connected: boolean; delivered: number; failures: number; lastError?: string };
}

/** One event as it leaves: the key is the chain id, the value the canonical JSON. */
export interface OutgoingEvent {
  key: string;
  value: Buffer;
  event: Pick<AuditEvent, 'id' | 'type' | 'time' | 'agent' | 'tenant' | 'traceparent'>;
  /** What the event is about (repository or session), for readers that route by header. */
  subject?: string;
}

/** One checkpoint as it leaves, with the key of its events, for a topic of its own. */
export interface OutgoingCheckpoint {
  key: string;
  value: Buffer;
  checkpoint: Pick<Checkpoint, 'agent_id' | 'chain_id' | 'seq' | 'time'>;
}

export type OutgoingRecord = OutgoingEvent | OutgoingCheckpoint;

export const isCheckpoint = (record: OutgoingRecord): record is OutgoingCheckpoint => 'checkpoint' in record;

/** RFC 3339 */
export const timeOf = (record: OutgoingRecord): string =>
  isCheckpoint(record) ? record.checkpoint.time : record.event.time;

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
