import type { EventDraft } from './event.js';
import { canonicalJson, sha256Hex } from './canonical-json.js';
import type { Member } from './seal-event.js';

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

/**
 * What no field of an event may hold. Control characters (NUL, which PostgreSQL's jsonb refuses; ESC, which begins
 * the sequences that terminals obey; line ends, which forge log lines), lone surrogates and noncharacters (RFC 7493
 * section 2.1), line and paragraph separators, and what Unicode lets nobody see: characters that turn the direction
 * of text (UAX #9), zero-width ones (but the joiners, which scripts and emoji need), interlinear notes and tags.
 */
const UNSAFE =
  /[\p{Cc}\p{Surrogate}\p{Noncharacter_Code_Point}\p{Zl}\p{Zp}\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/u;
/** Most text is printable ASCII, and this test is many times faster than the one above. */
const BEYOND_ASCII = /[^ -~]/;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');
const WHITE = /[\t\n\r]/g;

/** Line ends and tabs become spaces, what else is unsafe U+FFFD. */
export const safeText = (text: string): string =>
  BEYOND_ASCII.test(text) ? text.replace(WHITE, ' ').replace(UNSAFE_ALL, '\uFFFD') : text;

type Notes = Map<string, string | number>;

/** Thrown where a copy outgrows the event: the next, tighter bounds are tried, and no more of the draft is read. */
class TooLarge extends Error {}

/** What one try may still write, and what it noted. */
interface Copying extends Bounds {
  left: number;
  notes: Notes;
  /** Whether each object's members stand in the order of RFC 8785, so that `JSON.stringify` gives the canonical text. */
  sorted: boolean;
}

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

export interface SafeDraft {
  draft: EventDraft;
  /** The members of `draft` in RFC 8785 order. */
  members: readonly Member[];
}

/**
 * A copy of the draft that any JSON reader, Kafka, PostgreSQL and terminal may be given: unsafe characters are
 * replaced (`safeText`), long strings and lists are cut. What was changed stays provable in `detail`:
 * - `raw:<path>`: `utf8:` or `utf16le:` and the exact text in base64, for a string with unsafe characters;
 *   `raw:<path>#key` for the name of a member
 * - `cut:<path>`: `<original length> sha256:<digest of the whole>`, for a string or list that was cut: of its exact
 *   text in the encoding that `raw:` names, else UTF-8; no digest for lists of objects (a push is proven by its
 *   request digest) and over 1 MiB
 * @throws Error where the draft cannot be brought under `MAX_EVENT_LENGTH`
 */
export function makeSafe(draft: EventDraft): SafeDraft {
  for (const bounds of BOUNDS) {
    const copy = tryCopy(draft, bounds);
    if (copy) return copy;
  }
  throw new Error('the event is too large even after its lists and strings were cut');
}

function tryCopy(draft: EventDraft, bounds: Bounds): SafeDraft | undefined {
  const copying: Copying = { ...bounds, left: MAX_EVENT_LENGTH, notes: new Map(), sorted: true };
  try {
    const copy = copyObject(draft, '', copying);
    if (copying.notes.size > 0) copy.detail = withNotes(copy.detail, copying.notes, bounds);
    const members = membersOf(copy, copying.sorted && copying.notes.size === 0);
    const length = members.reduce((sum, [, text]) => sum + text.length + 1, 1);
    return length <= MAX_EVENT_LENGTH ? { draft: copy as unknown as EventDraft, members } : undefined;
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

const membersOf = (copy: { [key: string]: Plain }, sorted: boolean): Member[] =>
  sortNames(Object.keys(copy)).map((name) => {
    const value = copy[name];
    return [name, `${JSON.stringify(name)}:${sorted ? JSON.stringify(value) : canonicalJson(value)}`];
  });

/** In place, by UTF-16 units as RFC 8785 wants it. Objects of events have few members: this is five times the speed of `sort`. */
function sortNames(names: string[]): string[] {
  if (names.length > 32) return names.sort();
  for (let end = 1; end < names.length; end += 1) {
    const name = names[end] as string;
    let place = end;
    for (; place > 0 && (names[place - 1] as string) > name; place -= 1) names[place] = names[place - 1] as string;
    names[place] = name;
  }
  return names;
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

/** A signature counts for the whole text only. Its emitter keeps it short: there is no tighter form of it. */
const SIGNED_TEXT = 'detail.envelope';

function safeString(text: string, path: string, copying: Copying): string {
  const { notes, string: limit } = copying;
  spend(copying, (path === SIGNED_TEXT ? text.length : Math.min(text.length, limit)) + 3);
  let safe = text;
  if (BEYOND_ASCII.test(text) && UNSAFE.test(text)) {
    notes.set(`raw:${path}`, exactText(text.slice(0, limit)));
    safe = safeText(text);
  }
  if (safe.length <= limit || path === SIGNED_TEXT) return safe;
  notes.set(`cut:${path}`, `${text.length} sha256:${sha256Hex(exactBytes(text))}`);
  const cut = safe.slice(0, limit);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

const exactBytes = (text: string): Buffer => Buffer.from(text, text.isWellFormed() ? 'utf8' : 'utf16le');

const exactText = (text: string): string =>
  `${text.isWellFormed() ? 'utf8' : 'utf16le'}:${exactBytes(text).toString('base64')}`;

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

const MAX_NAME = 256;

/** A name of its own among `taken`: two that differ only in what is unsafe must not hide one another. */
function safeName(key: string, path: string, taken: Set<string>, notes: Notes): string {
  const safe = safeText(key.slice(0, MAX_NAME));
  let name = safe;
  for (let n = 2; taken.has(name); n += 1) name = `${safe}~${n}`;
  taken.add(name);
  notes.set(`raw:${path === '' ? name : `${path}.${name}`}#key`, exactText(key.slice(0, MAX_NAME)));
  return name;
}

/** JavaScript puts names that are whole numbers before all others, whatever order they were given in. */
const beginsWithDigit = (name: string): boolean => name >= '0' && name < ':';

/** Its members sorted by name. */
function copyObject(object: object, path: string, copying: Copying): { [key: string]: Plain } {
  const keys = Object.keys(object);
  // The event itself has a fixed set of fields; only the free-form objects inside it can grow.
  const kept = path === '' || keys.length <= copying.keys ? keys : keys.slice(0, copying.keys);
  if (kept !== keys) copying.notes.set(`cut:${path}`, keys.length);
  const copy: { [key: string]: Plain } = {};
  const taken = new Taken(object);
  for (const key of sortNames(kept)) {
    const isSafe = key.length <= MAX_NAME && !(BEYOND_ASCII.test(key) && UNSAFE.test(key));
    const safeKey = isSafe ? key : safeName(key, path, taken.names, copying.notes);
    if (!isSafe || beginsWithDigit(key)) copying.sorted = false;
    spend(copying, safeKey.length + 4);
    const entry = (object as Record<string, unknown>)[key];
    const value = copyValue(entry, path === '' ? safeKey : `${path}.${safeKey}`, copying);
    if (value !== undefined) put(copy, safeKey, value);
  }
  return copy;
}

/** The names that are in use, listed only where one of them is unsafe. */
class Taken {
  private listed: Set<string> | undefined;

  constructor(private readonly object: object) {}

  get names(): Set<string> {
    return (this.listed ??= new Set(Object.keys(this.object)));
  }
}

/** Assigned, a member of this name would be the copy's prototype. */
function put(copy: { [key: string]: Plain }, name: string, value: Plain): void {
  if (name !== '__proto__') copy[name] = value;
  else Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
}
