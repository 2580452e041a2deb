/** A set of bytes as a table of 0 and 1, written like the inside of a regular expression's brackets: `A-Za-z0-9_-`. */
export function byteClass(spec: string): Uint8Array {
  const table = new Uint8Array(256);
  const pattern = new RegExp(`[${spec}]`);
  for (let byte = 0; byte < 256; byte++) if (pattern.test(String.fromCharCode(byte))) table[byte] = 1;
  return table;
}

/** First position from `at` on whose byte is not in the class, at most `limit`. */
export function skip(bytes: Uint8Array, table: Uint8Array, at: number, limit: number): number {
  let position = at;
  while (position < limit && table[bytes[position] ?? 0] === 1) position++;
  return position;
}

/** First position of the run of the class that ends before `at`, at least `limit`. */
export function skipBack(bytes: Uint8Array, table: Uint8Array, at: number, limit: number): number {
  let position = at;
  while (position > limit && table[bytes[position - 1] ?? 0] === 1) position--;
  return position;
}

export const WORD = byteClass('A-Za-z0-9_');
export const ALPHANUMERIC = byteClass('A-Za-z0-9');
export const HEX_DIGIT = byteClass('A-Fa-f0-9');
