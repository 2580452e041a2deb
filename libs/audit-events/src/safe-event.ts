import type { EventDraft } from './event.js';
import { sha256Hex } from './canonical-json.js';

/** Largest event that leaves an emitter, in UTF-16 units of its JSON; Kafka refuses a record over 1 MiB by default. */
export const MAX_EVENT_LENGTH = 256 * 1024;

interface Bounds {
  string: number;
  list: number;
  keys: number;
}

/** Tried in order until the event fits: a push of 5,000 refs keeps its first entries, and a digest of them all. */
const BOUNDS: readonly Bounds[] = [
  { string: 4096, list: 1000, keys: 64 },
  { string: 1024, list: 250, keys: 64 },
  { string: 512, list: 40, keys: 48 },
  { string: 128, list: 10, keys: 32 },
];

/** NUL and lone surrogates are refused by PostgreSQL's jsonb; noncharacters by I-JSON (RFC 7493 section 2.1). */
const UNSAFE = /[\0\p{Surrogate}\p{Noncharacter_Code_Point}]/u;
/** Most text is printable ASCII, and this test is many times faster than the one above. */
const BEYOND_ASCII = /[^ -~]/;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');

type Notes = Map<string, string | number>;

/** Thrown where a copy outgrows the event: the next, tighter bounds are tried, and no more of the draft is read. */
class TooLarge extends Error {}

/** What one try may still write, and what it noted. */
interface Copying extends Bounds {
  left: number;
  notes: Notes;
}

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/**
 * A copy of the draft that any JSON reader, Kafka and PostgreSQL accept: unsafe characters become
 * U+FFFD, long strings and lists are cut. What was changed stays provable in `detail`:
 * - `raw:<path>`: `utf8:` or `utf16le:` and the exact text in base64, for a string with unsafe characters
 * - `cut:<path>`: `<original length> sha256:<digest of the whole>`, for a string or list that was cut; no digest
 *   for lists of objects (a push is proven by its request digest) and over 1 MiB
 * @throws Error where the draft cannot be brought under `MAX_EVENT_LENGTH`
 */
export function makeSafe(draft: EventDraft): EventDraft {
  for (const bounds of BOUNDS) {
    const copy = tryCopy(draft, bounds);
    if (copy) return copy;
  }
  throw new Error('the event is too large even after its lists and strings were cut');
}

function tryCopy(draft: EventDraft, bounds: Bounds): EventDraft | undefined {
  const copying: Copying = { ...bounds, left: MAX_EVENT_LENGTH, notes: new Map() };
  try {
    const copy = copyObject(draft, '', copying);
    if (copying.notes.size > 0) copy.detail = withNotes(copy.detail, copying.notes, bounds);
    return JSON.stringify(copy).length <= MAX_EVENT_LENGTH ? (copy as unknown as EventDraft) : undefined;
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

function spend(copying: Copying, length: number): void {
  copying.left -= length;
  if (copying.left < 0) throw new TooLarge();
}

function withNotes(detail: Plain | undefined, notes: Notes, bounds: Bounds): Plain {
  const own = typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : {};
  return { ...own, ...Object.fromEntries([...notes].slice(0, bounds.keys)) };
}

function copyValue(value: unknown, path: string, copying: Copying): Plain | undefined {
  switch (typeof value) {
    case 'string':
      return safeString(value, path, copying);
    case 'number':
      return safeNumber(value, path, copying.notes);
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? copyList(value, path, copying) : copyObject(value, path, copying);
    default:
      return undefined;
  }
}

function safeNumber(value: number, path: string, notes: Notes): number | undefined {
  if (Number.isFinite(value)) return value;
  notes.set(`raw:${path}`, String(value));
  return undefined;
}

function safeString(text: string, path: string, copying: Copying): string {
  const { notes, string: limit } = copying;
  spend(copying, Math.min(text.length, limit) + 3);
  let safe = text;
  if (BEYOND_ASCII.test(text) && UNSAFE.test(text)) {
    notes.set(`raw:${path}`, exactText(text.slice(0, limit)));
    safe = text.replace(UNSAFE_ALL, '\uFFFD');
  }
  if (safe.length <= limit) return safe;
  notes.set(`cut:${path}`, `${text.length} sha256:${sha256Hex(safe)}`);
  const cut = safe.slice(0, limit);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

const exactText = (text: string): string =>
  text.isWellFormed()
    ? `utf8:${Buffer.from(text, 'utf8').toString('base64')}`
    : `utf16le:${Buffer.from(text, 'utf16le').toString('base64')}`;

function copyList(list: readonly unknown[], path: string, copying: Copying): Plain[] {
  spend(copying, 2);
  if (list.length > copying.list) copying.notes.set(`cut:${path}`, listNote(list));
  return list.slice(0, copying.list).map((entry, index) => copyValue(entry, `${path}[${index}]`, copying) ?? null);
}

/** Beyond this a digest would hold up everything else in the process. */
const MAX_DIGESTED = 1024 * 1024;

/** Length, and for texts of bounded size the digest of the whole list as compact JSON, in its emitter's order. */
function listNote(list: readonly unknown[]): string {
  let length = 0;
  for (const entry of list) {
    if (typeof entry === 'string') length += entry.length;
    if (typeof entry !== 'string' || length > MAX_DIGESTED) return String(list.length);
  }
  return `${list.length} sha256:${sha256Hex(JSON.stringify(list))}`;
}

const safeName = (key: string): string => key.slice(0, 256).toWellFormed().replace(UNSAFE_ALL, '\uFFFD');

function copyObject(object: object, path: string, copying: Copying): { [key: string]: Plain } {
  const entries = Object.entries(object);
  // The event itself has a fixed set of fields; only the free-form objects inside it can grow.
  const kept = path === '' ? entries : entries.slice(0, copying.keys);
  if (kept.length < entries.length) copying.notes.set(`cut:${path}`, entries.length);
  const copy: [string, Plain][] = [];
  for (const [key, entry] of kept) {
    const safeKey = BEYOND_ASCII.test(key) || key.length > 256 ? safeName(key) : key;
    spend(copying, safeKey.length + 4);
    const value = copyValue(entry, path === '' ? safeKey : `${path}.${safeKey}`, copying);
    if (value !== undefined) copy.push([safeKey, value]);
  }
  return Object.fromEntries(copy);
}
