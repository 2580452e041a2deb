import { base64Text } from '../checks/base64-text.js';
import { byteClass, skip } from '../checks/byte-class.js';
import type { Hit, Match } from '../rule.js';
import { beginsWord } from './boundary.js';
import { cutText } from './cut-text.js';

const BODY = byteClass('A-Za-z0-9_-');
const DOT = 0x2e;
const HEADER_MOST = 1024;
const PAYLOAD_MOST = 4096;
const SIGNATURE_MOST = 1024;

/** Payloads of jwt.io, of PyJWT and of documentation. */
const SAMPLE = /1234567890|John Doe|Jane Doe|example|"some": ?"payload"/;

/** A JOSE header names its algorithm (RFC 7515); read by an expression, for parsing what is no JSON costs microseconds. */
const ALGORITHM = /^\{.{0,400}"alg"\s{0,4}:\s{0,4}"[A-Za-z0-9+-]{2,20}"/s;

interface Parts {
  header: string;
  payload: string;
  end: number;
}

function part(hit: Hit, from: number, least: number, most: number): number {
  const end = skip(hit.bytes, BODY, from, Math.min(hit.to, from + most));
  return end - from >= least ? end : -1;
}

function parts(hit: Hit): Parts | undefined {
  const header = part(hit, hit.start, 12, HEADER_MOST);
  if (header < 0 || hit.bytes[header] !== DOT || hit.bytes[header + 1] !== 0x65) return undefined;
  const payload = part(hit, header + 1, 8, PAYLOAD_MOST);
  if (payload < 0 || payload >= hit.to || hit.bytes[payload] !== DOT) return undefined;
  const end = part(hit, payload + 1, 20, SIGNATURE_MOST);
  if (end < 0) return undefined;
  return {
    header: cutText(hit, hit.start, header),
    payload: cutText(hit, header + 1, payload),
    end,
  };
}

/** Not within a longer run of the alphabet. */
function standsAlone({ bytes, start, from }: Hit): boolean {
  const before = start > from ? (bytes[start - 1] ?? 0) : 0;
  return before !== 0x2d && before !== 0x5f && beginsWord(bytes, start, from);
}

/** A signed JSON Web Token (RFC 7519): its header must be JSON that names an algorithm. The hit is `eyj`. */
export function jsonWebToken(hit: Hit): Match | undefined {
  if (hit.bytes[hit.start + 2] !== 0x4a || !standsAlone(hit)) return undefined;
  const found = parts(hit);
  if (!found || !ALGORITHM.test(base64Text(found.header) ?? '')) return undefined;
  const payload = base64Text(found.payload) ?? '';
  if (SAMPLE.test(payload)) return undefined;
  const match = { start: hit.start, end: found.end, shown: 3 };
  return payload.includes('"role":"anon"') ? { ...match, doubt: 'the public key of a Supabase project' } : match;
}
