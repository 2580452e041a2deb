import { escapeAt, type Escape } from './json-escape.js';

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** `{"a"`, `[{`, `["a"`, `{}` and the like, as they begin in a string of JSON. */
const BEGINS = /^(?:\{(?:\\["nrt]|[ }])|\[(?:\\["nrt]|[ {[\]]))/;
/** Bytes by which it is told. */
export const NESTED_SNIFF = 3;

/** Whether the string that begins at `at` holds JSON: results of MCP tools do. */
export const isNested = (raw: Buffer, at: number, to: number): boolean =>
  BEGINS.test(raw.toString('latin1', at, Math.min(to, at + NESTED_SNIFF)));

/** An escape of the inner JSON, or a quote that begins or ends one of its strings. */
export interface NestedEscape extends Escape {
  isQuote: boolean;
}

/** What stands at `at` in a string that holds JSON: `\\n` of the raw bytes is the line end of the inner string. */
export function nestedEscapeAt(raw: Buffer, at: number, to: number): NestedEscape | 'cut' | undefined {
  const outer = escapeAt(raw, at, to);
  if (outer === 'cut' || outer === undefined) return outer;
  if (outer.unit !== BACKSLASH) return { ...outer, isQuote: outer.unit === QUOTE };
  const inner = innerAt(raw, at + outer.length, to);
  if (inner === 'cut') return 'cut';
  return { unit: inner?.unit ?? BACKSLASH, length: outer.length + (inner?.length ?? 0), isQuote: false };
}

/** What follows the backslash of an inner escape. */
function innerAt(raw: Buffer, at: number, to: number): Escape | 'cut' | undefined {
  if (at >= to) return 'cut';
  if (raw[at] !== BACKSLASH) {
    const letters = Buffer.concat([Buffer.of(BACKSLASH), raw.subarray(at, Math.min(to, at + 5))]);
    const found = escapeAt(letters, 0, letters.length);
    return typeof found === 'object' ? { ...found, length: found.length - 1 } : found;
  }
  const found = escapeAt(raw, at, to);
  if (found === 'cut') return 'cut';
  return found?.unit === BACKSLASH || found?.unit === QUOTE ? found : undefined;
}
