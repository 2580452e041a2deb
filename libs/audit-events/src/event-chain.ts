import type { AuditEvent, EventDraft } from './event.js';
import { EVENT_TYPES } from './event-catalogue.js';
import { sealEvent } from './canonical-json.js';
import { makeSafe, safeText } from './safe-event.js';
import { UuidV7Source } from './uuid-v7.js';

/** `prev_hash` of the first event of a chain. */
export const CHAIN_START_HASH = '0'.repeat(64);

export interface Emitter {
  /** Stable id of the process's identity: an agent id, or `control-plane`. */
  id: string;
  host: string;
  version: string;
}

export interface EventChainOptions {
  emitter: Emitter;
  tenant: string;
  /** Unique per boot; a UUIDv7 unless given. */
  chainId?: string;
  clock?: () => Date;
}

/** Where a chain stands; hand it to `rewind` to take back events that could not be made durable. */
export interface ChainMark {
  seq: number;
  head: string;
}

/** A draft made safe and stamped with its time: what the chain will seal, no longer shared with the caller. */
export type PreparedDraft = EventDraft & { time: string };

export interface SealedEvent {
  event: AuditEvent;
  /** The canonical JSON of `event`, the exact bytes that are stored and delivered. */
  json: string;
}

/** The hash chain of one boot of one emitter: gives drafts their identity, place and hash. */
export class EventChain {
  readonly id: string;
  private seq = 0;
  private head = CHAIN_START_HASH;
  private readonly ids = new UuidV7Source();
  private readonly clock: () => Date;

  private readonly tenant: string;
  private readonly emitter: Emitter;

  constructor(options: EventChainOptions) {
    this.clock = options.clock ?? (() => new Date());
    const { id, host, version } = options.emitter;
    this.tenant = safeText(options.tenant);
    this.emitter = { id: safeText(id), host: safeText(host), version: safeText(version) };
    this.id = options.chainId ?? this.ids.next(this.clock().getTime());
  }

  get lastSeq(): number {
    return this.seq;
  }

  /** Copies and bounds the draft; the caller may change its own afterwards. */
  prepare(draft: EventDraft): PreparedDraft {
    const safe = makeSafe(draft);
    return { ...safe, time: safe.time ?? this.clock().toISOString() };
  }

  /** Gives the draft the next place of the chain. */
  append(draft: PreparedDraft): SealedEvent {
    const unsealed: Omit<AuditEvent, 'hash'> = {
      ...draft,
      id: this.ids.next(this.clock().getTime()),
      specversion: 1,
      code: EVENT_TYPES[draft.type],
      chain_id: this.id,
      seq: this.seq + 1,
      prev_hash: this.head,
      tenant: this.tenant,
      agent: { ...this.emitter },
    };
    const { hash, json } = sealEvent(unsealed);
    this.seq += 1;
    this.head = hash;
    return { event: { ...unsealed, hash }, json };
  }

  mark(): ChainMark {
    return { seq: this.seq, head: this.head };
  }

  /** Takes back everything after the mark: those events never became part of the chain. */
  rewind(mark: ChainMark): void {
    this.seq = mark.seq;
    this.head = mark.head;
  }
}
