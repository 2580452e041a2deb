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
/** Everything else stands between quotes as it is. */
const NEEDS_A_LOOK = /[^ !#-[\]-~]/;
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
  /** The canonical text (RFC 8785) of what was copied last. */
  text: string;
  /** Whether the texts are canonical: a name that was made safe may stand in another place than the one it had. */
  canonical: boolean;
}

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

export interface SafeDraft<D extends EventDraft> {
  draft: D;
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
export function makeSafe<D extends EventDraft>(draft: D): SafeDraft<D> {
  for (const bounds of BOUNDS) {
    const copy = tryCopy(draft, bounds);
    if (copy) return copy;
  }
  throw new Error('the event is too large even after its lists and strings were cut');
}

function tryCopy<D extends EventDraft>(draft: D, bounds: Bounds): SafeDraft<D> | undefined {
  const copying: Copying = { ...bounds, left: MAX_EVENT_LENGTH, notes: new Map(), text: '', canonical: true };
  try {
    const members: Member[] = [];
    const copy = copyObject(draft, '', copying, members);
    const isWhole = copying.notes.size === 0 && copying.canonical;
    if (copying.notes.size > 0) copy.detail = withNotes(copy.detail, copying.notes, bounds);
    const texts = isWhole ? members : membersOf(copy);
    const length = texts.reduce((sum, [, text]) => sum + text.length + 1, 1);
    return length <= MAX_EVENT_LENGTH ? { draft: copy as unknown as D, members: texts } : undefined;
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

const membersOf = (copy: { [key: string]: Plain }): Member[] =>
  sortNames(Object.keys(copy)).map((name) => [name, quotedName(name) + canonicalJson(copy[name])]);

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
      return safeNumber(value, path, copying);
    case 'boolean':
      copying.text = value ? 'true' : 'false';
      return value;
    case 'object':
      if (Array.isArray(value)) return copyList(value, path, copying);
      if (value !== null) return copyObject(value, path, copying);
      copying.text = 'null';
      return null;
    default:
      return undefined;
  }
}

function safeNumber(value: number, path: string, copying: Copying): number | undefined {
  if (Number.isFinite(value)) {
    copying.text = String(value);
    return value;
  }
  copying.notes.set(`raw:${path}`, String(value));
  return undefined;
}

/** A signature counts for the whole text only. Its emitter keeps it short: there is no tighter form of it. */
const SIGNED_TEXT = 'detail.envelope';

function safeString(text: string, path: string, copying: Copying): string {
  const { string: limit } = copying;
  spend(copying, (path === SIGNED_TEXT ? text.length : Math.min(text.length, limit)) + 3);
  if (text.length <= limit && !NEEDS_A_LOOK.test(text)) {
    copying.text = `"${text}"`;
    return text;
  }
  const safe = safeLongString(text, path, copying);
  copying.text = JSON.stringify(safe);
  return safe;
}

function safeLongString(text: string, path: string, { notes, string: limit }: Copying): string {
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
  let text = '';
  const copy = (list.length > copying.list ? list.slice(0, copying.list) : list).map((entry, index) => {
    const value = copyValue(entry, `${path}[${index}]`, copying) ?? null;
    text += `${index === 0 ? '' : ','}${value === null ? 'null' : copying.text}`;
    return value;
  });
  copying.text = `[${text}]`;
  return copy;
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

/** Names are few, and the same again and again; those of a hostile event are not kept without end. */
const quoted = new Map<string, string>();
const MAX_QUOTED = 2000;

/** `"name":`, for a name that is safe; undefined for one that is not. */
function quotedIfSafe(name: string): string | undefined {
  const known = quoted.get(name);
  if (known !== undefined) return known;
  if (name.length > MAX_NAME || (BEYOND_ASCII.test(name) && UNSAFE.test(name))) return undefined;
  const text = quotedName(name);
  if (quoted.size < MAX_QUOTED) quoted.set(name, text);
  return text;
}

const quotedName = (name: string): string => `${JSON.stringify(name)}:`;

/** @param members gets the texts of the copy's members, in RFC 8785 order */
function copyObject(object: object, path: string, copying: Copying, members?: Member[]): { [key: string]: Plain } {
  const keys = Object.keys(object);
  // The event itself has a fixed set of fields; only the free-form objects inside it can grow.
  const kept = path === '' || keys.length <= copying.keys ? keys : keys.slice(0, copying.keys);
  if (kept !== keys) copying.notes.set(`cut:${path}`, keys.length);
  const copy: { [key: string]: Plain } = {};
  let taken: Set<string> | undefined;
  let text = '';
  for (const key of sortNames(kept)) {
    let name = key;
    let quotedKey = quotedIfSafe(key);
    if (quotedKey === undefined) {
      name = safeName(key, path, (taken ??= new Set(keys)), copying.notes);
      quotedKey = '';
      copying.canonical = false;
    }
    spend(copying, name.length + 4);
    const entry = (object as Record<string, unknown>)[key];
    const value = copyValue(entry, path === '' ? name : `${path}.${name}`, copying);
    if (value === undefined) continue;
    put(copy, name, value);
    const member = quotedKey + copying.text;
    members?.push([name, member]);
    text += text === '' ? member : `,${member}`;
  }
  copying.text = `{${text}}`;
  return copy;
}

/** Assigned, a member of this name would be the copy's prototype. */
function put(copy: { [key: string]: Plain }, name: string, value: Plain): void {
  if (name !== '__proto__') copy[name] = value;
  else Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
}
