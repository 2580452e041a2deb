import { byteClass, skip } from '../checks/byte-class.js';
import type { Hit, Match } from '../rule.js';
import { cutText } from './cut-text.js';

const BODY = byteClass('A-Za-z0-9+/=');
const DASH = 0x2d;
const BACKSLASH = 0x5c;
/** A line of a key has 64 or 76 characters; ones of folded YAML or of string literals may be shorter. */
const RUN_LEAST = 20;
/** The shortest private key, Ed25519 in PKCS #8, has 64 characters. */
const KEY_LEAST = 40;
/** How far armour headers (`Proc-Type`, `Version`) may push the key away from its first line. */
const LOOK = 2048;

/** Work per byte: each is looked at more than once. */
const READ = 4;

interface Body {
  characters: number;
  /** Different characters of its runs: generated base64 uses many, `AAAA` and `xxxx` do not. */
  kinds: Set<number>;
  end: number;
}

/** Counts the base64 after the first line, up to the next dashes: real newlines, `\n` escapes and quotes may part it. */
function body(hit: Hit, from: number): Body {
  const limit = Math.min(hit.to, from + LOOK);
  hit.work += READ * (limit - from);
  const found = { characters: 0, kinds: new Set<number>(), end: from };
  let position = from;
  while (position < limit) {
    if (hit.bytes[position] === DASH && hit.bytes[position + 1] === DASH) break;
    const escaped = hit.bytes[position] === BACKSLASH;
    const start = escaped ? position + 2 : position;
    const end = skip(hit.bytes, BODY, start, limit);
    if (end - start >= RUN_LEAST) {
      found.characters += end - start;
      found.end = end;
      for (let at = start; at < end; at++) found.kinds.add(hit.bytes[at] ?? 0);
    }
    position = Math.max(end, position + 1);
  }
  return found;
}

const KINDS_LEAST = 12;

/** PEM, OpenSSH, PGP and SSH2 private keys, whole or in one line with `\n`. */
export function armouredKey(expression: RegExp): (hit: Hit) => Match | undefined {
  return (hit) => {
    expression.lastIndex = 0;
    const [head] = expression.exec(cutText(hit, hit.start, Math.min(hit.to, hit.start + 80))) ?? [];
    if (head === undefined) return undefined;
    const { characters, kinds, end } = body(hit, hit.start + head.length);
    if (characters < KEY_LEAST || kinds.size < KINDS_LEAST) return undefined;
    return { start: hit.start, end, shown: head.length };
  };
}
