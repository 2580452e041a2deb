import { BASE64_VALUE, bytesOf, PADDING, quantumAt } from './base64.js';
import { sniffBase64 } from './base64-sniff.js';
import { escapeAt, utf8Of } from './json-escape.js';
import { JsonStructure } from './json-structure.js';
import { isNested, nestedEscapeAt, NESTED_SNIFF } from './nested-json.js';
import { RUN, type RunKind, type TextBuilder } from './text-builder.js';

type Mode = 'start' | 'structure' | 'key' | 'opening' | 'value' | 'nested' | 'sniff' | 'base64' | 'field' | 'plain';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const SPACE = 0x20;
const LF = 0x0a;
const CR = 0x0d;
/** Control characters never stand in a string of JSON as they are. */
const CONTROL = 0x20;
const KEY_MOST = 128;
const NESTED_KEY_MOST = 16;
/** Bytes of `base64"`. */
const ANNOUNCED = Buffer.from('base64"');
/** Names under which GitHub (contents and blobs of the REST API) and MCP (embedded resources) send base64. */
const BASE64_KEYS: ReadonlySet<string> = new Set(['content', 'blob']);
/** More bytes are needed. */
const WAIT = -1;

/** Raw bytes up to `to`; `last`: what is whole by then is all there is. */
export interface Range {
  raw: Buffer;
  to: number;
  last: boolean;
}

/**
 * Reads a document as JSON where it is JSON, and as plain text where not, whatever its content type claims. Escapes are
 * resolved, and base64 is decoded where it is announced. Keys, numbers and structure are read, for they tell what a value is,
 * but never changed.
 */
export class JsonText {
  private mode: Mode = 'start';
  private readonly structure = new JsonStructure();
  private key = '';
  private announced = false;
  private insideNested = false;
  private nestedText = '';
  private nestedKey = '';
  /** What is read as base64 is a string of the inner JSON. */
  private isInner = false;
  /** Strings that were masked for their name. */
  fieldsMasked = 0;

  /** `fields`: names whose strings are masked whatever they hold. */
  constructor(private readonly fields: ReadonlySet<string>) {}

  /** What follows is another document. */
  clear(): void {
    this.mode = 'start';
    this.structure.clear();
    this.announced = false;
  }

  /** Reads on from `from`, and answers up to where it has read: what is left is an escape or the like that is cut. */
  read(out: TextBuilder, range: Range, from: number): number {
    for (let at = from; at < range.to;) {
      const next = this.step(out, range, at);
      if (next === WAIT) return at;
      at = next;
    }
    return range.to;
  }

  private step(out: TextBuilder, range: Range, at: number): number {
    switch (this.mode) {
      case 'start':
        return this.start(range.raw[at] as number, at);
      case 'structure':
        return this.structural(out, range, at);
      case 'key':
        return this.inKey(out, range, at);
      case 'opening':
        return this.opening(range, at);
      case 'value':
        return this.inValue(out, range, at);
      case 'nested':
        return this.inNested(out, range, at);
      case 'sniff':
        return this.sniff(out, range, at);
      case 'base64':
        return this.inBase64(out, range, at);
      case 'field':
        return this.inField(out, range, at);
      case 'plain':
        return copyText(out, range, at);
    }
  }

  /** Whether it can be JSON is known by the first byte that is no blank. */
  private start(byte: number, at: number): number {
    const isJson = byte === 0x7b || byte === 0x5b || byte === QUOTE || byte <= 0x20;
    this.mode = isJson ? 'structure' : 'plain';
    return at;
  }

  private structural(out: TextBuilder, { raw, to }: Range, from: number): number {
    out.begin(RUN.kept, from);
    for (let at = from; at < to; at++) {
      const byte = raw[at] as number;
      const meaning = this.structure.meaning(byte);
      if (meaning === 'foreign') {
        this.mode = 'plain';
        return at;
      }
      out.put(byte);
      if (byte === 0x7d) this.announced = false;
      if (meaning === 'string') {
        this.openString();
        return at + 1;
      }
    }
    return to;
  }

  private openString(): void {
    if (this.structure.expectsKey) {
      this.mode = 'key';
      this.key = '';
    } else if (this.fields.has(this.key)) {
      this.mode = 'field';
      this.fieldsMasked++;
    } else {
      this.isInner = false;
      this.mode = BASE64_KEYS.has(this.key) || this.key === 'encoding' ? 'sniff' : 'opening';
    }
  }

  /** Whether the string holds JSON is known by its first bytes. */
  private opening({ raw, to, last }: Range, at: number): number {
    const isSure = to - at >= NESTED_SNIFF || last || (raw[at] !== 0x7b && raw[at] !== 0x5b);
    if (!isSure) return WAIT;
    this.mode = isNested(raw, at, to) ? 'nested' : 'value';
    this.insideNested = false;
    this.nestedKey = '';
    return at;
  }

  private inKey(out: TextBuilder, { raw, to, last }: Range, from: number): number {
    out.begin(RUN.kept, from);
    let at = from;
    while (at < to && raw[at] !== QUOTE) {
      if ((raw[at] as number) < CONTROL) return this.notJson(at);
      if (raw[at] === BACKSLASH) {
        if (at + 1 >= to && !last) break;
        out.put(BACKSLASH);
        if (++at >= to) break;
      }
      out.put(raw[at++] as number);
    }
    if (this.key.length < KEY_MOST) this.key += raw.toString('latin1', from, Math.min(at, from + KEY_MOST));
    if (at === to) return to;
    if (raw[at] !== QUOTE) return at === from ? WAIT : at;
    this.key = unescaped(this.key);
    this.structure.expectsKey = false;
    return this.closeString(out, at);
  }

  private closeString(out: TextBuilder, at: number): number {
    out.begin(RUN.kept, at);
    out.put(QUOTE);
    this.mode = 'structure';
    return at + 1;
  }

  private notJson(at: number): number {
    this.mode = 'plain';
    return at;
  }

  private inValue(out: TextBuilder, range: Range, from: number): number {
    const { raw, to } = range;
    out.begin(RUN.text, from);
    let at = from;
    for (; at < to; at++) {
      const byte = raw[at] as number;
      if (byte === QUOTE) return this.closeString(out, at);
      if (byte === BACKSLASH) return escaped(out, range, at) ?? (at === from ? WAIT : at);
      if (byte < CONTROL) return this.notJson(at);
      out.put(byte);
    }
    return to;
  }

  /** As a value, with the strings of the inner JSON told from its structure, which stays. */
  private inNested(out: TextBuilder, range: Range, from: number): number {
    const { raw, to } = range;
    let at = from;
    for (; at < to; at++) {
      const byte = raw[at] as number;
      if (byte === QUOTE) return this.closeString(out, at);
      if (byte < CONTROL) return this.notJson(at);
      if (byte === BACKSLASH) break;
      out.begin(this.insideNested ? RUN.text : RUN.kept, at);
      out.put(byte);
      this.noteNested(byte);
    }
    return at === to ? to : this.escapedNested(out, range, { at, from });
  }

  private escapedNested(
    out: TextBuilder,
    { raw, to, last }: Range,
    { at, from }: { at: number; from: number },
  ): number {
    const found = nestedEscapeAt(raw, at, to);
    if (found === 'cut' && !last) return at === from ? WAIT : at;
    if (typeof found !== 'object') return unescapable(out, at);
    if (found.isQuote) this.quoteNested();
    putEscape(out, at, found.unit, this.insideNested && !found.isQuote);
    return at + found.length;
  }

  /** Remembers the name before a value, as far as it matters. */
  private noteNested(byte: number): void {
    if (!this.insideNested) this.nestedKey = byte === COLON ? this.nestedText : byte === SPACE ? this.nestedKey : '';
    else if (this.nestedText.length < NESTED_KEY_MOST) this.nestedText += String.fromCharCode(byte);
  }

  private quoteNested(): void {
    this.insideNested = !this.insideNested;
    if (!this.insideNested) return;
    this.nestedText = '';
    this.isInner = BASE64_KEYS.has(this.nestedKey);
    if (this.isInner) this.mode = 'sniff';
  }

  private inField(out: TextBuilder, { raw, to, last }: Range, from: number): number {
    out.begin(RUN.field, from);
    for (let at = from; at < to; at++) {
      if (raw[at] === QUOTE) return this.closeString(out, at);
      if (raw[at] === BACKSLASH) {
        if (at + 1 >= to && !last) return at === from ? WAIT : at;
        out.put(BACKSLASH);
        if (++at >= to) return to;
      }
      out.put(raw[at] as number);
    }
    return to;
  }

  private sniff(out: TextBuilder, range: Range, from: number): number {
    const { raw, to, last } = range;
    if (this.key === 'encoding' && !this.isInner) return this.sniffEncoding(range, from);
    const nested = this.isInner;
    const known = nested ? this.nestedKey === 'blob' : this.announced || this.key === 'blob';
    const sniffed = sniffBase64(raw, from, to, { known, nested });
    if (!sniffed && !last) return WAIT;
    const line = sniffed?.isBase64 === true ? lineOf(raw, from, sniffed.lineEnd, nested) : undefined;
    this.mode = line ? 'base64' : nested ? 'nested' : 'opening';
    return line ? bothWays(out, raw, line) : from;
  }

  /** Whether the document says that its content is base64. */
  private sniffEncoding({ raw, to, last }: Range, from: number): number {
    if (to - from < ANNOUNCED.length && !last && raw.indexOf(QUOTE, from) < 0) return WAIT;
    this.announced = raw.subarray(from, from + ANNOUNCED.length).equals(ANNOUNCED);
    this.mode = 'opening';
    return from;
  }

  private inBase64(out: TextBuilder, range: Range, from: number): number {
    const { raw, to, last } = range;
    let at = from;
    while (at < to) {
      at = plainQuanta(out, range, at, this.isInner);
      if (at === to) return to;
      if (raw[at] === QUOTE && !this.isInner) return this.closeString(out, at);
      const quantum = quantumAt(raw, at, to, this.isInner);
      if (!quantum || (quantum.end < 0 && last)) {
        this.mode = this.isInner ? 'nested' : 'value';
        return at;
      }
      if (quantum.end < 0) return at === from ? WAIT : at;
      putQuantum(out, at, quantum.values, this.isInner);
      at = quantum.end;
    }
    return to;
  }
}

function copyText(out: TextBuilder, { raw, to }: Range, from: number): number {
  out.begin(RUN.text, from);
  raw.copy(out.text, out.length, from, to);
  out.length += to - from;
  return to;
}

/** Reads one escape; line ends stay where they are, so that lines keep their numbers. `undefined` where it is cut. */
function escaped(out: TextBuilder, { raw, to, last }: Range, at: number): number | undefined {
  const found = escapeAt(raw, at, to);
  if (found === 'cut' && !last) return undefined;
  if (found === undefined || found === 'cut') return unescapable(out, at);
  putEscape(out, at, found.unit, true);
  return at + found.length;
}

/** A backslash that begins no escape. */
function unescapable(out: TextBuilder, at: number): number {
  out.begin(RUN.text, at);
  out.put(BACKSLASH);
  return at + 1;
}

function putEscape(out: TextBuilder, at: number, unit: number, isMaskable: boolean): void {
  const kind: RunKind = isMaskable && unit !== LF && unit !== CR ? RUN.escape : RUN.kept;
  out.open(kind, at);
  for (const byte of utf8Of(unit)) out.put(byte);
}

function putQuantum(out: TextBuilder, at: number, values: readonly number[], nested: boolean): void {
  out.begin(nested ? RUN.nestedBase64 : RUN.base64, at);
  for (const byte of bytesOf(values)) out.put(byte);
}

/** The common case, fast: characters in fours with nothing between them. Answers where it ends. */
function plainQuanta(out: TextBuilder, { raw, to }: Range, from: number, nested: boolean): number {
  const { text } = out;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const a = BASE64_VALUE[raw[at] as number] as number;
    const b = BASE64_VALUE[raw[at + 1] as number] as number;
    const c = BASE64_VALUE[raw[at + 2] as number] as number;
    const d = BASE64_VALUE[raw[at + 3] as number] as number;
    if ((a | b | c | d) >= PADDING) break;
    if (at === from) out.begin(nested ? RUN.nestedBase64 : RUN.base64, at);
    text[out.length++] = (a << 2) | (b >> 4);
    text[out.length++] = ((b & 15) << 4) | (c >> 2);
    text[out.length++] = ((c & 3) << 6) | d;
  }
  return at;
}

/** What a line of base64 stands for; `undefined` where it is none. */
function decodedLine(raw: Buffer, from: number, to: number, nested: boolean): number[] | undefined {
  const bytes: number[] = [];
  for (let at = from; at < to;) {
    const quantum = quantumAt(raw, at, to, nested);
    if (!quantum || quantum.end < 0) return undefined;
    bytes.push(...bytesOf(quantum.values));
    at = quantum.end;
  }
  return bytes;
}

function lineOf(raw: Buffer, from: number, to: number, nested: boolean): Line | undefined {
  const decoded = decodedLine(raw, from, to, nested);
  return decoded && { from, to, decoded, nested };
}

interface Line {
  from: number;
  to: number;
  decoded: readonly number[];
  nested: boolean;
}

/** The first line of what looks like base64 is read as text as well: a token of letters and digits looks like base64 too. */
function bothWays(out: TextBuilder, raw: Buffer, { from, to, decoded, nested }: Line): number {
  out.open(RUN.text, from);
  for (let at = from; at < to; at++) out.put(raw[at] as number);
  out.close(to);
  out.open(RUN.kept, from);
  out.put(LF);
  out.open(nested ? RUN.nestedBase64 : RUN.base64, from);
  for (const byte of decoded) out.put(byte);
  out.close(to);
  return to;
}

function unescaped(key: string): string {
  if (!key.includes('\\')) return key;
  try {
    return String(JSON.parse(`"${key}"`));
  } catch {
    return key;
  }
}
