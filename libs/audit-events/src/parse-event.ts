import type { AuditEvent } from './event.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HASH = /^[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** Types are additive: a reader keeps types that are newer than itself. */
const TYPE = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/;
const UNSAFE = /[\0\p{Surrogate}]/u;
/**
 * V8 13.6 (Node 24) reads the name `"\""` as `\` where it has read an object with that name before. Names of events
 * have no escapes; what has one, or came out of one, is refused.
 */
const NO_NAME = /[\0\p{Surrogate}"\\]/u;

export type ParsedEvent = { event: AuditEvent } | { problem: string };

type Fields = Record<string, unknown>;

const text = (value: unknown, pattern?: RegExp): boolean =>
  typeof value === 'string' && value !== '' && value.length <= 4096 && (pattern === undefined || pattern.test(value));

const object = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const optionalText = (holder: unknown, key: string): boolean =>
  holder === undefined || (object(holder) && (holder[key] === undefined || typeof holder[key] === 'string'));

/** What a record must have so that it can be stored, found and verified; one row per rule, first failure named. */
const RULES: readonly [string, (event: Fields) => boolean][] = [
  ['id is not a UUID', (event) => text(event.id, UUID)],
  ['specversion is not 1', (event) => event.specversion === 1],
  ['type is not an event type', (event) => text(event.type, TYPE)],
  ['phase is unknown', (event) => ['attempt', 'outcome', 'single'].includes(String(event.phase))],
  [
    'time is not RFC 3339 UTC with milliseconds',
    (event) => text(event.time, TIME) && !Number.isNaN(Date.parse(String(event.time))),
  ],
  ['chain_id is missing', (event) => text(event.chain_id)],
  ['seq is not a positive whole number', (event) => Number.isSafeInteger(event.seq) && Number(event.seq) >= 1],
  ['prev_hash is not SHA-256 in hex', (event) => text(event.prev_hash, HASH)],
  ['hash is not SHA-256 in hex', (event) => text(event.hash, HASH)],
  ['tenant is missing', (event) => text(event.tenant)],
  ['agent is missing', (event) => object(event.agent) && text(event.agent.id)],
  ['correlation_id is missing', (event) => text(event.correlation_id)],
  ['session_id is not text', (event) => optionalText(event, 'session_id')],
  ['human.login is not text', (event) => optionalText(event.human, 'login')],
  ['target.repo is not text', (event) => optionalText(event.target, 'repo')],
  ['target.ref is not text', (event) => optionalText(event.target, 'ref')],
  ['decision.effect is not text', (event) => optionalText(event.decision, 'effect')],
];

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads a record from outside: its event, or why it is none. Never throws. */
export function parseEvent(value: Uint8Array): ParsedEvent {
  let json: string;
  let parsed: unknown;
  try {
    json = decoder.decode(value);
    parsed = JSON.parse(json);
  } catch {
    // The text of the error could carry the record's content; the reason is enough.
    return { problem: 'not JSON in UTF-8' };
  }
  // UTF-8 and JSON have none of them unescaped: all texts are looked at only in the few records with an escape.
  return read(parsed, json.includes('\\'));
}

/** As `parseEvent`, of what was parsed already. */
export const readEvent = (value: unknown): ParsedEvent => read(value, true);

/** @param looksAtTexts whether one of them may be unsafe */
function read(value: unknown, looksAtTexts: boolean): ParsedEvent {
  if (!object(value)) return { problem: 'not a JSON object' };
  const fields = value;
  const broken = RULES.find(([, holds]) => !holds(fields));
  if (broken) return { problem: broken[0] };
  const flaw = flawOf(fields, looksAtTexts);
  return flaw === undefined ? { event: fields as unknown as AuditEvent } : { problem: flaw };
}

/** What no RFC 8785 form exists for, so that no hash could be checked; and what would exhaust a stack. */
function flawOf(value: unknown, looksAtTexts: boolean, depth = 0): string | undefined {
  switch (typeof value) {
    case 'string':
      return looksAtTexts && UNSAFE.test(value) ? FLAWS.text : undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : FLAWS.number;
    case 'object':
      return value === null ? undefined : flawWithin(value, looksAtTexts, depth);
    default:
      return undefined;
  }
}

function flawWithin(holder: object, looksAtTexts: boolean, depth: number): string | undefined {
  // An event has four levels.
  if (depth > 16) return FLAWS.depth;
  if (looksAtTexts && Object.keys(holder).some((key) => NO_NAME.test(key))) return FLAWS.name;
  for (const entry of Object.values(holder)) {
    const flaw = flawOf(entry, looksAtTexts, depth + 1);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

const FLAWS = {
  text: 'NUL or lone surrogate in a text',
  name: 'NUL, lone surrogate, quote or backslash in a name',
  number: 'a number that no double holds',
  depth: 'nesting too deep',
} as const;
