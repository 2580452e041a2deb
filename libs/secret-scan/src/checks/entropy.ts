/** Characters that are looked at: more would not change the verdict. */
const MOST = 256;
/** All zero between two calls. */
const counts = new Uint16Array(256);

/** Shannon entropy of the characters of a text (one byte each; its first 256), in bits per character. */
export function entropy(text: string): number {
  const length = Math.min(text.length, MOST);
  let [least, most] = [0xff, 0];
  for (let at = 0; at < length; at++) {
    const byte = text.charCodeAt(at) & 0xff;
    counts[byte] = (counts[byte] ?? 0) + 1;
    if (byte < least) least = byte;
    if (byte > most) most = byte;
  }
  let bits = 0;
  for (let byte = least; byte <= most; byte++) {
    const count = counts[byte] ?? 0;
    if (count > 0) bits -= (count / length) * Math.log2(count / length);
  }
  counts.fill(0, least, most + 1);
  return bits;
}

/**
 * Least entropy of a generated token by its length. Random hexadecimal of 32 digits has about 3.6 bits and practically never
 * under 2.9; of 16 digits about 3.3 and never under 2.2.
 */
export const isGenerated = (text: string): boolean => entropy(text) >= (text.length >= 24 ? 2.6 : 2);
