import { bech32Checksum, crc32Base62, crc32Hex } from '../checks/checksums.js';
import type { SeededRandom } from './seeded-random.js';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';

/** Classes of `{a20}` and its like in examples. */
const ALPHABETS: Record<string, string> = {
  a: LOWER + UPPER + DIGITS,
  A: LOWER + UPPER,
  w: LOWER + UPPER + DIGITS + '_-',
  b: LOWER + UPPER + DIGITS + '+/',
  h: '0123456789abcdef',
  H: '0123456789ABCDEF',
  l: LOWER + DIGITS,
  L: LOWER,
  u: UPPER + DIGITS,
  U: UPPER,
  d: DIGITS,
  y: UPPER + '234567',
  s: '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
};
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Characters of a class, none of two kinds missing where the class has both letters and digits; ends in a letter or digit. */
function characters(alphabet: string, length: number, random: SeededRandom): string {
  const safe = alphabet.replace(/[^A-Za-z0-9]/g, '');
  for (;;) {
    const text = random.text(alphabet, length - 1) + random.text(safe, 1);
    if (length < 12 || !/\d/.test(safe) || !/[a-z]/i.test(safe) || (/\d.*\d/.test(text) && /[a-z]/i.test(text)))
      return text;
  }
}

const jwt = (random: SeededRandom): string =>
  [
    base64url({ alg: 'RS256', typ: 'JWT' }),
    base64url({ sub: random.text(LOWER, 12), iat: 1_700_000_000 }),
    characters(ALPHABETS['w']!, 86, random),
  ].join('.');

function age(random: SeededRandom): string {
  const data = random.text(BECH32, 52);
  return (data + bech32Checksum('age-secret-key-', data)).toUpperCase();
}

function one(name: string, before: string, random: SeededRandom): string {
  if (name === 'uuid') return [8, 4, 4, 4, 12].map((length) => random.text(ALPHABETS['h']!, length)).join('-');
  if (name === 'crc') return crc32Base62(/_([A-Za-z0-9]+)$/.exec(before)![1]!);
  if (name === 'hexcrc') return crc32Hex(/[A-Za-z0-9_]+$/.exec(before)![0].slice(0, -1));
  if (name === 'jwt') return jwt(random);
  if (name === 'jwt64') return base64(jwt(random));
  if (name === 'bech32') return age(random);
  if (name === 'pem') return base64(`-----BEGIN EC PRIVATE KEY-----\n${characters(ALPHABETS['b']!, 160, random)}\n`);
  if (name === 'basic') return base64(`deploy:${characters(ALPHABETS['a']!, 20, random)}`);
  return characters(ALPHABETS[name[0]!]!, Number(name.slice(1)), random);
}

const SLOT = /\{([aAwbhHlLuUdys]\d+|uuid|crc|hexcrc|jwt|jwt64|bech32|basic|pem)\}/;

/** An example with its slots filled in. */
export function exampleText(template: string, random: SeededRandom): string {
  let text = template;
  for (let slot = SLOT.exec(text); slot; slot = SLOT.exec(text)) {
    const before = text.slice(0, slot.index);
    text = before + one(slot[1]!, before, random) + text.slice(slot.index + slot[0].length);
  }
  return text;
}

/** The same with every slot full of `x`: what documentation writes. */
export const placeholderText = (template: string): string =>
  template.replace(new RegExp(SLOT, 'g'), (_, name: string) => 'x'.repeat(Number(name.slice(1)) || 36));
