import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Base62 of fresh random bytes; bytes of 248 and more are thrown away so that no letter is likelier than another. */
export function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}

/** e.g. `ses_3kTMd0...`: 22 letters are 131 bits, more than a UUID holds. */
export const newId = (prefix: string): string => `${prefix}_${randomBase62(22)}`;

/** Lower-case hex SHA-256; how credentials are stored and compared. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
