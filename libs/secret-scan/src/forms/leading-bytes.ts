import { byteClass } from '../checks/byte-class.js';

/** What an expression's first bytes must be: looked at before any text is cut out of the content. */
export interface LeadingBytes {
  table: Uint8Array;
  count: number;
}

/** A class at the beginning of an expression, with its bounds. */
export const CLASS = /^\[((?:[^\]\\]|\\.)+)\](?:\{(\d+)(?:,(\d+))?\})?/;
/** More would not turn away more text. */
const MOST = 12;

/** Reads the class that an expression begins with; `undefined` where it begins otherwise. */
export function leadingBytes(source: string): LeadingBytes | undefined {
  const [, spec, least] = CLASS.exec(source) ?? [];
  if (spec === undefined) return undefined;
  return { table: byteClass(spec), count: Math.min(MOST, Number(least ?? 1)) };
}

export function beginsWith(bytes: Uint8Array, at: number, to: number, leading: LeadingBytes): boolean {
  if (at + leading.count > to) return false;
  for (let index = 0; index < leading.count; index++) if (leading.table[bytes[at + index] ?? 0] !== 1) return false;
  return true;
}

/** A class that holds `_` or `-` must not be followed by those either; others end before any letter or digit. */
export const ending = (source: string): string =>
  /\[[^\]]*(?:_|\\w|\\-|-)[^\]]*\](?:\{\d+(?:,\d+)?\})?$/.test(source.replace(/[A-Za-z0-9]-[A-Za-z0-9]/g, ''))
    ? '(?![A-Za-z0-9_-])'
    : '(?![A-Za-z0-9])';
