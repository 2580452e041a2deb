import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

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
export const sha256Hex = (content: string | Uint8Array): string => hash('sha256', content);

/** The top-level members of an object in RFC 8785 order, each as `"key":value`. */
function canonicalMembers(object: object): [string, string][] {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => [key, `${JSON.stringify(key)}:${canonicalJson(value)}`]);
}

const join = (members: readonly [string, string][]): string => `{${members.map(([, text]) => text).join(',')}}`;

/** Lower-case hex SHA-256 over the canonical form of the event without its `hash`. */
export const eventHash = (event: object): string =>
  sha256Hex(join(canonicalMembers(event).filter(([key]) => key !== 'hash')));
