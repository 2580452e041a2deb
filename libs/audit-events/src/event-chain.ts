import type { AuditEvent, EventDraft } from './event.js';
import { EVENT_TYPES } from './event-catalogue.js';
import { canonicalJson } from './canonical-json.js';
import { makeSafe, safeText } from './safe-event.js';
import { sealMembers, type Member } from './seal-event.js';
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

/** What the chain will seal, no longer shared with the caller. */
export interface PreparedDraft {
  /** Made safe and stamped with its time. */
  draft: EventDraft & { time: string };
  /** Its members in RFC 8785 order, written while it was made safe; without them they are written at its place. */
  members?: readonly Member[];
}

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
  /** Canonical texts that are the same in each event. */
  private readonly texts: { agent: string; chainId: string; tenant: string };

  constructor(options: EventChainOptions) {
    this.clock = options.clock ?? (() => new Date());
    const { id, host, version } = options.emitter;
    this.tenant = safeText(options.tenant);
    this.emitter = Object.freeze({ id: safeText(id), host: safeText(host), version: safeText(version) });
    this.id = options.chainId ?? this.ids.next(this.clock().getTime());
    const text = (name: string, value: unknown): string => `"${name}":${canonicalJson(value)}`;
    this.texts = {
      agent: text('agent', this.emitter),
      chainId: text('chain_id', this.id),
      tenant: text('tenant', this.tenant),
    };
  }

  get lastSeq(): number {
    return this.seq;
  }

  /** Copies and bounds the draft; the caller may change its own afterwards. */
  prepare(draft: EventDraft): PreparedDraft {
    return makeSafe({ ...draft, time: draft.time ?? this.clock().toISOString() });
  }

  /** Gives the draft the next place of the chain. */
  append({ draft, members = membersOf(draft) }: PreparedDraft): SealedEvent {
    const id = this.ids.next(this.clock().getTime());
    const code = EVENT_TYPES[draft.type];
    const seq = this.seq + 1;
    const prevHash = this.head;
    const { hash, json } = sealMembers(members, [
      ['agent', this.texts.agent],
      ['chain_id', this.texts.chainId],
      ['code', `"code":"${code}"`],
      ['id', `"id":"${id}"`],
      ['prev_hash', `"prev_hash":"${prevHash}"`],
      ['seq', `"seq":${seq}`],
      ['specversion', '"specversion":1'],
      ['tenant', this.texts.tenant],
    ]);
    this.seq = seq;
    this.head = hash;
    const { id: chainId, tenant, emitter } = this;
    const place = { id, specversion: 1 as const, code, chain_id: chainId, seq, prev_hash: prevHash, tenant, hash };
    return { event: { ...draft, ...place, agent: emitter }, json };
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

const membersOf = (draft: EventDraft): Member[] =>
  Object.entries(draft)
    .filter(([, value]) => (value as unknown) !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => [name, `${JSON.stringify(name)}:${canonicalJson(value)}`]);
