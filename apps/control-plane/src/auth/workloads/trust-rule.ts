import { HoldshortError } from '@holdshort/errors';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { matchesGlob } from '../../matches-glob.js';

/** Which tokens of which issuer open sessions without a person, and as whom. */
export interface TrustRule {
  /** Stands in logins and events as `workload/NAME`. */
  name: string;
  issuer: string;
  audience: string;
  /** Every claim must match its pattern. */
  claims: ReadonlyMap<string, string>;
  /** Groups of its sessions, which policies speak of. */
  groups: readonly string[];
  assistant: string | undefined;
  sessionSeconds: number;
  /** Where the keys are, when the issuer publishes no discovery document that can be reached. */
  jwksUri: string | undefined;
  jwks: JSONWebKeySet | undefined;
}

const KEYS = ['name', 'issuer', 'audience', 'claims', 'groups', 'assistant', 'session_seconds', 'jwks_uri', 'jwks'];
/** A job seldom takes longer; a rule may ask for less or more. */
const DEFAULT_SESSION_SECONDS = 3_600;

const refuse = (what: string): never => {
  throw new HoldshortError('request_malformed', `HOLDSHORT_WORKLOAD_TRUST: ${what}.`, {
    advice: 'See docs/identity.md for the form of a rule.',
  });
};

/** @throws HoldshortError `request_malformed` where a rule cannot be read, or would let in whoever has an account at the issuer */
export function readTrustRules(setting: unknown): readonly TrustRule[] {
  if (!Array.isArray(setting)) return refuse('it is no list');
  const rules = setting.map(readRule);
  if (new Set(rules.map(({ name }) => name)).size !== rules.length) refuse('two rules have the same name');
  return rules;
}

function readRule(entry: unknown): TrustRule {
  if (!isObject(entry)) return refuse('a rule is no object');
  const unknown = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) refuse(`a rule has no ${unknown}`);
  const text = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : refuse(`${key} is no text`));
  const optional = (key: string): string | undefined => (entry[key] === undefined ? undefined : text(key));
  const name = text('name');
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) refuse('a name is no short lower-case one');
  const jwks = entry['jwks'];
  return {
    name,
    issuer: text('issuer'),
    audience: text('audience'),
    claims: readClaims(name, entry['claims']),
    groups: readTexts('groups', entry['groups'] ?? []),
    assistant: optional('assistant'),
    sessionSeconds: readSeconds(entry['session_seconds'] ?? DEFAULT_SESSION_SECONDS),
    jwksUri: optional('jwks_uri'),
    jwks: jwks === undefined ? undefined : isKeySet(jwks) ? jwks : refuse('jwks is no key set'),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isKeySet = (value: unknown): value is JSONWebKeySet => isObject(value) && Array.isArray(value['keys']);

const readTexts = (key: string, value: unknown): string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string')
    ? value
    : refuse(`${key} is no list of names`);

const readSeconds = (value: unknown): number =>
  Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : refuse('session_seconds is no whole number');

/** Public issuers give a token to everybody: a rule without a fixed part would let all of them in. */
function readClaims(name: string, value: unknown): ReadonlyMap<string, string> {
  if (!isObject(value)) return refuse(`${name} names no claims`);
  const claims = Object.entries(value).map(([claim, pattern]): [string, string] =>
    typeof pattern === 'string' ? [claim, pattern] : refuse(`${claim} is no pattern`),
  );
  if (!claims.some(([, pattern]) => /[^*]/.test(pattern))) refuse(`${name} would take any token of its issuer`);
  return new Map(claims);
}

/** Subjects are written with slashes and colons: neither is crossed by `*`. */
export const matchesPattern = (pattern: string, value: string): boolean => matchesGlob(pattern, value, '/:');

/** A claim that is a list or an object matches nothing: which of its parts counts would be a guess. */
export function matchesRule(rule: TrustRule, payload: JWTPayload): boolean {
  const audiences = Array.isArray(payload.aud) ? payload.aud : [payload.aud];
  if (payload.iss !== rule.issuer || !audiences.includes(rule.audience)) return false;
  return [...rule.claims].every(([claim, pattern]) => {
    const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
    return ['string', 'number', 'boolean'].includes(typeof value) && matchesPattern(pattern, String(value));
  });
}
