import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditEvent } from './event.js';

/**
 * The RFC 8785 form of a JSON value.
 * @throws Error for what JSON cannot carry: lone surrogates, NaN, infinities, cycles
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('the value has no JSON form');
  return text;
}

/** @param content a text stands for its UTF-8 */
export const sha256Hex = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The top-level members of an object in RFC 8785 order, each as `"key":value`. */
function canonicalMembers(object: object): [string, string][] {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => [key, `${JSON.stringify(key)}:${canonicalJson(value)}`]);
}

const join = (members: readonly [string, string][]): string => `{${members.map(([, text]) => text).join(',')}}`;

/**
 * Hash and canonical text of an event in one pass: the text with `hash` in its place, without
 * writing the other members out a second time (canonical form is a third of an event's cost).
 */
export function sealEvent(event: Omit<AuditEvent, 'hash'>): { hash: string; json: string } {
  const members = canonicalMembers(event).filter(([key]) => key !== 'hash');
  const hash = sha256Hex(join(members));
  const place = members.findIndex(([key]) => key > 'hash');
  members.splice(place === -1 ? members.length : place, 0, ['hash', `"hash":"${hash}"`]);
  return { hash, json: join(members) };
}

/** Lower-case hex SHA-256 over the canonical form of the event without its `hash`. */
export const eventHash = (event: object): string =>
  sha256Hex(join(canonicalMembers(event).filter(([key]) => key !== 'hash')));
