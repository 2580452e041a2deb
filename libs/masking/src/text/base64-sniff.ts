import { BASE64_VALUE, separatorAt } from './base64.js';

/** Lines of base64: GitHub's contents API 60, RFC 7468 64, MIME 76. */
const LINES = new Set([60, 64, 76]);
/** As many characters without a line end are taken for base64 under a name that says so. */
const LONG = 80;

export interface Sniffed {
  isBase64: boolean;
  /** Raw byte after the first line, where it is base64. */
  lineEnd: number;
}

const TEXT: Sniffed = { isBase64: false, lineEnd: 0 };
const base64 = (lineEnd: number): Sniffed => ({ isBase64: true, lineEnd });

/** How the string is written, and what is known of it beforehand. */
export interface SniffHints {
  /** Its name, or the document before it, says that it is base64. */
  known: boolean;
  /** It is a string of JSON within a string of JSON. */
  nested: boolean;
}

/** The string ends here. */
const isEnd = (raw: Buffer, at: number, nested: boolean): boolean =>
  nested ? raw[at] === 0x5c && raw[at + 1] === 0x22 : raw[at] === 0x22;

/** Characters of base64 from `at` on, at most `LONG`. */
function firstLine(raw: Buffer, at: number, to: number, nested: boolean): { count: number; end: number } {
  let count = 0;
  let end = at;
  for (; end < to && count < LONG; count++) {
    const separator = separatorAt(raw, end, to, nested);
    const escaped = typeof separator === 'object' && separator.isSlash ? separator.length : 0;
    if (escaped === 0 && BASE64_VALUE[raw[end] as number] === 255) break;
    end += escaped || 1;
  }
  return { count, end };
}

/** Line ends from `at` on, any number. */
function afterBreaks(raw: Buffer, at: number, to: number, nested: boolean): number {
  let position = at;
  for (;;) {
    const separator = separatorAt(raw, position, to, nested);
    if (typeof separator !== 'object' || separator.isSlash) return position;
    position += separator.length;
  }
}

/**
 * Whether the string that begins at `at` is base64: by its first line, before anything of it is released. `undefined`: more
 * bytes are needed.
 */
export function sniffBase64(raw: Buffer, at: number, to: number, { known, nested }: SniffHints): Sniffed | undefined {
  const { count, end } = firstLine(raw, at, to, nested);
  if (count === LONG) return base64(end);
  if (end + (nested ? 1 : 0) >= to) return undefined;
  if (count === 0 || count % 4 !== 0) return TEXT;
  const isSure = known || LINES.has(count);
  if (isEnd(raw, end, nested)) return known ? base64(end) : TEXT;
  return afterFirstLine({ raw, to, end, nested, isSure });
}

interface FirstLine {
  raw: Buffer;
  to: number;
  end: number;
  nested: boolean;
  isSure: boolean;
}

/** What follows the first line: line ends, and where that says nothing by its length the end of the string. */
function afterFirstLine({ raw, to, end, nested, isSure }: FirstLine): Sniffed | undefined {
  const after = afterBreaks(raw, end, to, nested);
  if (after + 2 >= to) return undefined;
  if (after === end) return TEXT;
  return isSure || isEnd(raw, after, nested) ? base64(end) : TEXT;
}
