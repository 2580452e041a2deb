import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** CRC32 of a text in base 62, padded to six digits. */
export function crc32Base62(text: string): string {
  let rest = crc32(text);
  let digits = '';
  while (rest > 0) {
    digits = (BASE62[rest % 62] ?? '') + digits;
    rest = Math.floor(rest / 62);
  }
  return digits.padStart(6, '0');
}

/**
 * GitHub's and npm's tokens: thirty random characters, then their CRC32 in base 62. Source: GitHub blog, "Behind GitHub's new
 * authentication token formats" (2021); npm took the format over the same year.
 */
export const hasBase62Checksum = (token: string): boolean =>
  crc32Base62(token.slice(token.indexOf('_') + 1, -6)) === token.slice(-6);

export const crc32Hex = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** Grafana's service account tokens end in the CRC32 of all before the last underscore, as hexadecimal. */
export function hasHexChecksum(token: string): boolean {
  const cut = token.lastIndexOf('_');
  return crc32Hex(token.slice(0, cut)) === token.slice(cut + 1);
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function polymod(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((factor, bit) => {
      if ((top >>> bit) & 1) sum ^= factor;
    });
  }
  return sum;
}

const expanded = (prefix: string): number[] => {
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
};

/** Bech32 (BIP 173), as of age's secret keys; the text in one case. */
export function hasBech32Checksum(text: string): boolean {
  const lower = text.toLowerCase();
  const cut = lower.lastIndexOf('1');
  const data = Array.from(lower.slice(cut + 1), (letter) => BECH32.indexOf(letter));
  return !data.includes(-1) && polymod([...expanded(lower.slice(0, cut)), ...data]) === 1;
}

/** The six digits that make a Bech32 text whole, for generated examples. */
export function bech32Checksum(prefix: string, data: string): string {
  const values = Array.from(data, (letter) => BECH32.indexOf(letter));
  const sum = polymod([...expanded(prefix), ...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  return [0, 1, 2, 3, 4, 5].map((index) => BECH32[(sum >>> (5 * (5 - index))) & 31] ?? '').join('');
}
