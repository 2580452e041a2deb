import { OpenBlock, type SpanScan } from '@holdshort/secret-scan';
import type { SpanList } from '../span-list.js';
import type { Delta } from './delta-strings.js';

/** Text before what is judged: a name and its operator, a line of a file. */
const CONTEXT = 512;
/** A token is shorter: longer text without a blank is judged as it is. */
const OPEN_MOST = 4096;
const KEY = /-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const STAR = 0x2a;
/** Blanks, line ends, quotes: no token goes on across. */
const ENDS = new Set([...Buffer.from(' \t\r\n"\'`')]);
const LINE_ENDS = new Set([0x0a, 0x0d]);

interface Part extends Delta {
  event: Buffer;
  /** Where it begins in the text of the channel. */
  start: number;
}

/** One text that comes in parts. What may be the begin of a token waits for its end. */
export class Channel {
  private text = Buffer.alloc(0);
  /** Of the whole text, where `text` begins. */
  private origin = 0;
  private settled = 0;
  private parts: Part[] = [];
  private block: OpenBlock | undefined;

  constructor(
    private readonly scan: SpanScan,
    private readonly found: SpanList,
  ) {}

  /** Takes a part; it is changed in its event once it is judged. */
  add(delta: Delta, event: Buffer): void {
    this.parts.push({ ...delta, event, start: this.origin + this.text.length });
    this.text = Buffer.concat([this.text, delta.text]);
    const end = this.origin + this.text.length;
    let at = this.text.length;
    while (at > this.settled - this.origin && !ENDS.has(this.text[at - 1] as number)) at--;
    if (this.origin + at > this.settled) this.settle(this.origin + at);
    else if (end - this.settled > OPEN_MOST) this.settle(end);
  }

  /** Judges all there is: the text has ended, or its end is waited for no longer. */
  finish(): void {
    const end = this.origin + this.text.length;
    if (end > this.settled) this.settle(end);
  }

  isJudged(event: Buffer): boolean {
    return !this.parts.some((part) => part.event === event);
  }

  private settle(to: number): void {
    const text = this.text.subarray(0, to - this.origin);
    const base = this.scan.settled;
    this.scan.push(text);
    this.scan.flush();
    const from = this.settled - this.origin;
    for (const { start, end } of this.found.take(base + from, base + text.length))
      this.mask(this.origin + start - base, this.origin + end - base);
    this.found.release(base + text.length);
    this.followKey(text, to);
    this.settled = to;
    this.parts = this.parts.filter((part) => part.start + part.text.length > to);
    this.drop();
  }

  /** A key is longer than the text that is kept: it is masked line by line until it ends. */
  private followKey(text: Buffer, to: number): void {
    if (!this.block) {
      const begins = [...text.toString('latin1').matchAll(KEY)].at(-1);
      if (!begins || this.origin + begins.index + begins[0].length <= this.settled - CONTEXT) return;
      this.block = new OpenBlock(this.origin + begins.index + begins[0].length);
    }
    const goesOn = this.block.follow(this.text, this.origin, to);
    this.mask(this.settled, goesOn ? to : this.block.end);
    if (!goesOn) this.block = undefined;
  }

  private mask(from: number, to: number): void {
    for (const { event, places, text, start } of this.parts)
      for (let at = Math.max(from, start); at < Math.min(to, start + text.length); at++) {
        const place = places[at - start];
        if (place && !LINE_ENDS.has(text[at - start] as number)) event.fill(STAR, place.from, place.to);
      }
  }

  private drop(): void {
    const keep = Math.max(this.origin, this.settled - CONTEXT);
    this.text = this.text.subarray(keep - this.origin);
    this.origin = keep;
  }
}
