import { sha256Hex } from './canonical-json.js';
import { JsonBytes } from './json-bytes.js';
import type { Members } from './safe-event.js';

/** A name, and the canonical JSON `"name":value`: a text of printable ASCII, or UTF-8. */
export type OwnMember = readonly [name: string, json: string | Buffer];

/** Of one event at a time, which is sealed in one go. */
const out = new JsonBytes();

/**
 * Hash and canonical JSON (in UTF-8) of an event.
 * @param own what the chain adds, in RFC 8785 order; a name that the draft has too is the chain's
 */
export function sealMembers({ bytes, places }: Members, own: readonly OwnMember[]): { hash: string; json: Buffer } {
  out.cutTo(0);
  let split = 0;
  let next = 0;
  const begin = (name: string): void => {
    if (split === 0 && name > 'hash') split = out.length;
    out.ascii(out.length === 0 ? '{' : ',');
  };
  const copyUpTo = (name: string | undefined): void => {
    for (let place = places[next]; place && (name === undefined || place.name < name); place = places[(next += 1)]) {
      if (place.name === 'hash') continue;
      begin(place.name);
      out.copy(bytes, place.start, place.end);
    }
  };
  for (const [name, member] of own) {
    copyUpTo(name);
    if (places[next]?.name === name) next += 1;
    begin(name);
    if (typeof member === 'string') out.ascii(member);
    else out.copy(member, 0, member.length);
  }
  copyUpTo(undefined);
  out.ascii('}');
  return withHash(split);
}

/** @param split where the member `hash` belongs, which is not part of what is hashed */
function withHash(split: number): { hash: string; json: Buffer } {
  const text = out.view();
  const hash = sha256Hex(text);
  const member = `,"hash":"${hash}"`;
  const json = Buffer.allocUnsafe(text.length + member.length);
  text.copy(json, 0, 0, split);
  json.write(member, split, 'latin1');
  text.copy(json, split + member.length, split);
  return { hash, json };
}
