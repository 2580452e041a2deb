import type { AuditEvent, EventDraft } from './event.js';
import { EVENT_TYPES } from './event-catalogue.js';
import { canonicalJson } from './canonical-json.js';
import { makeSafe, safeText, type Members } from './safe-event.js';
import { sealMembers } from './seal-event.js';
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
export interface PreparedDraft extends Pick<EventDraft, 'type' | 'phase'> {
  members: Members;
  /** When it was prepared, RFC 3339; undefined where the draft says its time. */
  time: string | undefined;
}

/** An event that has its place. */
export class SealedEvent {
  private read: AuditEvent | undefined;

  constructor(
    readonly chainId: string,
    readonly seq: number,
    readonly hash: string,
    /** The event as canonical JSON in UTF-8: the exact bytes that are stored and delivered. */
    readonly json: Buffer,
  ) {}

  /** Read from `json` when it is first asked for: most events are only stored. */
  get event(): AuditEvent {
    return (this.read ??= JSON.parse(this.json.toString('utf8')) as AuditEvent);
  }
}

/** The hash chain of one boot of one emitter: gives drafts their identity, place and hash. */
export class EventChain {
  readonly id: string;
  private seq = 0;
  private head = CHAIN_START_HASH;
  private readonly ids = new UuidV7Source();
  private readonly clock: () => Date;
  private lastTime = { ms: Number.NaN, text: '' };
  /** Members that are the same in each event. */
  private readonly same: Record<'agent' | 'chain_id' | 'tenant', Buffer>;

  constructor(options: EventChainOptions) {
    this.clock = options.clock ?? (() => new Date());
    const { id, host, version } = options.emitter;
    const emitter = { id: safeText(id), host: safeText(host), version: safeText(version) };
    this.id = options.chainId ?? this.ids.next(this.clock().getTime());
    const member = (name: string, value: unknown): Buffer => Buffer.from(`"${name}":${canonicalJson(value)}`);
    this.same = {
      agent: member('agent', emitter),
      chain_id: member('chain_id', this.id),
      tenant: member('tenant', safeText(options.tenant)),
    };
  }

  get lastSeq(): number {
    return this.seq;
  }

  /** Copies and bounds the draft; the caller may change its own afterwards. */
  prepare(draft: EventDraft): PreparedDraft {
    const { type, phase, time } = draft;
    return { members: makeSafe(draft), type, phase, time: time === undefined ? this.timeText() : undefined };
  }

  /** Gives the draft the next place of the chain. */
  append({ members, type, time }: PreparedDraft): SealedEvent {
    const id = this.ids.next(this.clock().getTime());
    const seq = this.seq + 1;
    const { hash, json } = sealMembers(members, [
      ['agent', this.same.agent],
      ['chain_id', this.same.chain_id],
      ['code', `"code":"${EVENT_TYPES[type]}"`],
      ['id', `"id":"${id}"`],
      ['prev_hash', `"prev_hash":"${this.head}"`],
      ['seq', `"seq":${seq}`],
      ['specversion', '"specversion":1'],
      ['tenant', this.same.tenant],
      ...(time === undefined ? [] : [['time', `"time":"${time}"`] as const]),
    ]);
    this.seq = seq;
    this.head = hash;
    return new SealedEvent(this.id, seq, hash, json);
  }

  mark(): ChainMark {
    return { seq: this.seq, head: this.head };
  }

  /** Takes back everything after the mark: those events never became part of the chain. */
  rewind(mark: ChainMark): void {
    this.seq = mark.seq;
    this.head = mark.head;
  }

  /** Written once for each millisecond. */
  private timeText(): string {
    const now = this.clock();
    const ms = now.getTime();
    if (ms !== this.lastTime.ms) this.lastTime = { ms, text: now.toISOString() };
    return this.lastTime.text;
  }
}
