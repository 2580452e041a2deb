import type { JsonText, Range } from './json-text.js';
import { RUN, type TextBuilder } from './text-builder.js';

const LF = 0x0a;
const CR = 0x0d;
const DATA = Buffer.from('data: ');
const NAME = DATA.length - 1;

type Place = 'line-start' | 'data' | 'other';

const isLineEnd = (byte: number | undefined): boolean => byte === LF || byte === CR;

/**
 * Reads a stream of server-sent events (HTML Standard, 9.2): the data of each event is a document of its own. Stops behind each
 * event, so that it can be released whole without waiting for the next.
 */
export class EventText {
  private place: Place = 'line-start';
  private afterCr = false;

  constructor(private readonly document: JsonText) {}

  /** Reads on; `ended` where the last byte read ends an event. */
  read(out: TextBuilder, range: Range, from: number): { at: number; ended: boolean } {
    let at = from;
    while (at < range.to) {
      if (this.place !== 'line-start') {
        const next = this.line(out, range, at);
        if (next === at) return { at, ended: false };
        at = next;
      } else if (isLineEnd(range.raw[at])) {
        const isSecondHalf = this.afterCr && range.raw[at] === LF;
        at = this.lineEnd(out, range.raw, at);
        if (!isSecondHalf) {
          this.document.clear();
          return { at, ended: true };
        }
      } else {
        const length = this.named(out, range, at);
        if (length < 0) return { at, ended: false };
        at += length;
      }
    }
    return { at, ended: false };
  }

  /** Tells lines of data from others: how many bytes their name takes, -1 where more are needed. */
  private named(out: TextBuilder, { raw, to, last }: Range, at: number): number {
    const isData = raw.subarray(at, at + NAME).equals(DATA.subarray(0, NAME));
    const length = Math.min(DATA.length, to - at);
    const mayBe = length < DATA.length && raw.subarray(at, at + length).equals(DATA.subarray(0, length));
    if (mayBe && !last) return -1;
    this.afterCr = false;
    this.place = isData ? 'data' : 'other';
    if (!isData) return 0;
    const prefix = raw[at + NAME] === DATA[NAME] ? DATA.length : NAME;
    out.begin(RUN.kept, at);
    for (let index = at; index < at + prefix; index++) out.put(raw[index] as number);
    return prefix;
  }

  private line(out: TextBuilder, { raw, to, last }: Range, from: number): number {
    let end = from;
    while (end < to && !isLineEnd(raw[end])) end++;
    const isWhole = end < to || last;
    const read = this.place === 'data' ? this.document.read(out, { raw, to: end, last: isWhole }, from) : end;
    if (this.place === 'other') plain(out, raw, from, end);
    return read < end || end === to ? read : this.lineEnd(out, raw, end);
  }

  private lineEnd(out: TextBuilder, raw: Buffer, at: number): number {
    out.begin(RUN.kept, at);
    out.put(raw[at] as number);
    this.afterCr = raw[at] === CR;
    this.place = 'line-start';
    return at + 1;
  }
}

function plain(out: TextBuilder, raw: Buffer, from: number, to: number): void {
  out.begin(RUN.text, from);
  for (let at = from; at < to; at++) out.put(raw[at] as number);
}
