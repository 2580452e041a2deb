import { maskRules, SpanScan } from '@holdshort/secret-scan';
import { maskPiece, type Piece } from './mask-piece.js';
import { SpanList } from './span-list.js';
import { DeltaJoin } from './deltas/delta-join.js';
import { EventText } from './text/event-text.js';
import { JsonText, type Range } from './text/json-text.js';
import { TextBuilder } from './text/text-builder.js';

export interface MaskOptions {
  /** `secrets`, `personal`, or ids of single rules. */
  detectors: readonly string[];
  /** Names whose strings are masked in JSON whatever they hold. */
  fields?: readonly string[];
  /** The answer is a stream of server-sent events, each released as soon as it is whole. */
  isEventStream?: boolean;
}

/** How often a rule has led to something being masked; never what it was. */
export interface MaskCount {
  rule: string;
  count: number;
}

/** Bytes read at a time: text and runs of so many are held beside the scanner's own buffer. */
const SLICE = 32 * 1024;
/** Parts of a model's text come in events of a few hundred bytes; larger events are documents by themselves. */
const EVENT_MOST = 16 * 1024;
/** The first line of base64 is read twice. */
const ROOM = 2 * SLICE + 4096;

/**
 * Masks secrets and personal data in an answer that arrives in chunks of any size. As many bytes come out as go in, JSON keeps
 * its structure, base64 stays base64, lines keep their numbers; the same bytes are masked however the answer is cut. Holds back
 * at most about 200 KB, whatever the answer holds.
 */
export class Masker {
  private readonly found = new SpanList();
  private readonly scan: SpanScan;
  private readonly document: JsonText;
  private readonly events: EventText | undefined;
  private readonly joined: SpanList = new SpanList();
  private readonly join: DeltaJoin | undefined;
  private event: Buffer[] = [];
  private isLarge = false;
  private readonly out = new TextBuilder(Buffer.allocUnsafe(ROOM));
  private readonly waiting: Piece[] = [];
  private rest = Buffer.alloc(0);
  private textEnd = 0;

  constructor({ detectors, fields = [], isEventStream = false }: MaskOptions) {
    const rules = maskRules(detectors);
    this.scan = new SpanScan(rules, this.found);
    this.join = isEventStream ? new DeltaJoin(rules, this.joined) : undefined;
    this.document = new JsonText(new Set(fields));
    this.events = isEventStream ? new EventText(this.document) : undefined;
  }

  /** What can be released by now. */
  push(chunk: Buffer): Buffer {
    const ready: Buffer[] = [];
    for (let at = 0; at < chunk.length; at += SLICE) this.slice(chunk.subarray(at, at + SLICE), false, ready);
    return Buffer.concat(ready);
  }

  /** What was still held back. */
  end(): Buffer {
    const ready: Buffer[] = [];
    this.slice(Buffer.alloc(0), true, ready);
    this.scan.flush();
    this.release(this.join ? this.event : ready);
    if (this.join) this.joinEvents(this.join, true, ready);
    if (this.join) ready.push(...this.join.end());
    return Buffer.concat(ready);
  }

  /** After `end`: by rule, in order of their ids; `field` stands for strings masked for their name. */
  counts(): MaskCount[] {
    const all = new Map(this.found.end());
    for (const [rule, count] of this.joined.end()) all.set(rule, (all.get(rule) ?? 0) + count);
    const counts = [...all].map(([rule, count]) => ({ rule, count }));
    if (this.document.fieldsMasked > 0) counts.push({ rule: 'field', count: this.document.fieldsMasked });
    return counts.sort((a, b) => (a.rule < b.rule ? -1 : 1));
  }

  private slice(bytes: Buffer, last: boolean, ready: Buffer[]): void {
    const raw = this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes;
    let from = 0;
    for (;;) {
      const { at, ended } = this.read({ raw, to: raw.length, last }, from);
      this.keep(raw.subarray(from, at), from);
      if (ended) this.scan.flush();
      this.release(this.join ? this.event : ready);
      if (this.join) this.joinEvents(this.join, ended, ready);
      from = at;
      if (!ended) break;
    }
    this.rest = Buffer.from(raw.subarray(from));
  }

  private read(range: Range, from: number): { at: number; ended: boolean } {
    this.out.clear();
    if (this.events) return this.events.read(this.out, range, from);
    return { at: this.document.read(this.out, range, from), ended: false };
  }

  /** Puts a piece behind the others; its runs count from its own begin. */
  private keep(raw: Buffer, from: number): void {
    if (raw.length === 0) return;
    const { out } = this;
    out.close(from + raw.length);
    const runs =
      from === 0
        ? out.runs
        : out.runs.map((value, index) => (index % 4 === 1 || index % 4 === 2 ? value - from : value));
    const textStart = this.textEnd;
    this.textEnd += out.length;
    this.waiting.push({ raw, runs, textStart, textEnd: this.textEnd });
    this.scan.push(out.text.subarray(0, out.length));
  }

  /** Whole events are looked at for texts that go on in the next; one that is too large for that is released as it comes. */
  private joinEvents(join: DeltaJoin, ended: boolean, ready: Buffer[]): void {
    const bytes = this.event.reduce((sum, { length }) => sum + length, 0);
    if (this.isLarge || bytes > EVENT_MOST) {
      ready.push(...join.end(), ...this.event);
      this.isLarge = !ended;
      this.event = [];
    } else if (ended) {
      ready.push(...join.push(Buffer.concat(this.event)));
      this.event = [];
    }
  }

  private release(ready: Buffer[]): void {
    const { settled } = this.scan;
    for (let piece = this.waiting[0]; piece && piece.textEnd <= settled; piece = this.waiting[0]) {
      ready.push(maskPiece(piece, this.found));
      this.waiting.shift();
      this.found.release(piece.textEnd);
    }
  }
}
