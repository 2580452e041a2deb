import { ALPHANUMERIC, byteClass, skip } from '../checks/byte-class.js';
import { entropy } from '../checks/entropy.js';
import { isPlaceholder } from '../checks/placeholder.js';
import { beginsWord } from '../forms/boundary.js';
import { specialRule } from '../forms/special-rule.js';
import type { Hit, Match } from '../rule.js';
import { cutText } from '../forms/cut-text.js';

const SECRET = byteClass('A-Za-z0-9+/');
const SECRET_LENGTH = 40;
const UPPER_OR_DIGIT = byteClass('A-Z0-9');
const ID_LENGTH = 20;
/** Lines between key id and secret in credential files, CSV exports and code. */
const NEAR = 256;

/** Random base64 of forty characters has 4.6 bits and practically never under 4.2; hexadecimal has at most 4. */
const isSecret = (text: string): boolean =>
  /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && entropy(text) >= 4.2 && !isPlaceholder(text);

function secretIn(hit: Hit, from: number, to: number): Match | undefined {
  for (let at = from; at < to;) {
    const end = skip(hit.bytes, SECRET, at, to);
    if (end - at === SECRET_LENGTH && isSecret(cutText(hit, at, end))) return { start: at, end, shown: 0 };
    at = end + 1;
  }
  return undefined;
}

function nearby(hit: Hit): Match | undefined {
  const idEnd = skip(hit.bytes, UPPER_OR_DIGIT, hit.start, Math.min(hit.to, hit.start + ID_LENGTH + 1));
  if (idEnd - hit.start !== ID_LENGTH || ALPHANUMERIC[hit.bytes[idEnd] ?? 0] === 1) return undefined;
  if (!beginsWord(hit.bytes, hit.start, hit.from)) return undefined;
  const after = secretIn(hit, idEnd, Math.min(hit.to, idEnd + NEAR));
  return after ?? secretIn(hit, Math.max(hit.from, hit.start - NEAR), hit.start);
}

/** A secret access key without a name, beside its key id. */
export const awsSecretNearby = specialRule({
  id: 'aws-secret-nearby',
  title: 'AWS secret access key beside its key id',
  keywords: ['akia', 'asia'],
  find: nearby,
  examples: {
    like: ['AKIA{y16},{b40}', 'new Credentials("{b40}", "AKIA{y16}")'],
    unlike: ['AKIA{y16},{h40}', 'AKIA{y16} {b38}'],
  },
});
