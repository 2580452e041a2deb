import { BASE64_VALUE } from './base64.js';

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

/** `\n`, `\r`, `\r\n` as JSON writes them, any number. */
function afterBreaks(raw: Buffer, at: number, to: number): number {
  let position = at;
  while (position + 1 < to && raw[position] === 0x5c && (raw[position + 1] === 0x6e || raw[position + 1] === 0x72))
    position += 2;
  return position;
}

/**
 * Whether the string that begins at `at` is base64: by its first line, before anything of it is released. `known`: the
 * document said so, or the name does. `undefined`: more bytes are needed.
 */
export function sniffBase64(raw: Buffer, at: number, to: number, known: boolean): Sniffed | undefined {
  let count = 0;
  let position = at;
  for (; position < to && count < LONG; count++) {
    const escaped = raw[position] === 0x5c && raw[position + 1] === 0x2f;
    if (!escaped && BASE64_VALUE[raw[position] as number] === 255) break;
    position += escaped ? 2 : 1;
  }
  if (count === LONG) return base64(position);
  if (position >= to) return undefined;
  if (count === 0 || count % 4 !== 0) return TEXT;
  if (raw[position] === 0x22) return known ? base64(position) : TEXT;
  const after = afterBreaks(raw, position, to);
  if (after + 1 >= to) return undefined;
  if (after === position) return TEXT;
  return known || LINES.has(count) || raw[after] === 0x22 ? base64(position) : TEXT;
}
