import type { EventDraft } from './event.js';
import { canonicalJson, sha256Hex } from './canonical-json.js';
import { JsonBytes } from './json-bytes.js';

/** Largest event that leaves an emitter, in UTF-16 units of its JSON; Kafka refuses a record over 1 MiB by default. */
export const MAX_EVENT_LENGTH = 256 * 1024;

/** The members of an object as canonical JSON: where each `"name":value` lies in the bytes. */
export interface Members {
  bytes: Buffer;
  places: readonly MemberPlace[];
}

export interface MemberPlace {
  name: string;
  start: number;
  end: number;
}

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
interface Writing extends Bounds {
  left: number;
  notes: Notes;
  /** Names and indices that lead to the value being written. */
  path: (string | number)[];
  /** Whether the text is canonical: a name that was made safe may stand in another place than the one it had. */
  canonical: boolean;
}

/** Of one draft at a time, which is made in one go. */
const out = new JsonBytes();

const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, COMMA, COLON] = [0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a] as const;

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/**
 * The draft's members in RFC 8785 order, as texts that any JSON reader, Kafka, PostgreSQL and terminal may be given:
 * unsafe characters are replaced (`safeText`), long strings and lists are cut. What was changed stays provable in
 * `detail`:
 * - `raw:<path>`: `utf8:` or `utf16le:` and the exact text in base64, for a string with unsafe characters;
 *   `raw:<path>#key` for the name of a member, which has no quote or backslash either
 * - `cut:<path>`: `<original length> sha256:<digest of the whole>`, for a string or list that was cut: of its exact
 *   text in the encoding that `raw:` names, else UTF-8; no digest for lists of objects (a push is proven by its
 *   request digest) and over 1 MiB
 * @throws Error where the draft cannot be brought under `MAX_EVENT_LENGTH`
 */
export function makeSafe(draft: EventDraft): Members {
  for (const bounds of BOUNDS) {
    const members = tryWrite(draft, bounds);
    if (members) return members;
  }
  throw new Error('the event is too large even after its lists and strings were cut');
}

function tryWrite(draft: EventDraft, bounds: Bounds): Members | undefined {
  const writing: Writing = {
    ...bounds,
    left: MAX_EVENT_LENGTH,
    notes: new Map(),
    path: [],
    canonical: true,
  };
  try {
    out.cutTo(0);
    const places: MemberPlace[] = [];
    writeObject(draft, writing, places);
    const isWhole = writing.notes.size === 0 && writing.canonical;
    const members = isWhole ? { bytes: out.copyOfAll(), places } : withNotes(writing);
    return fits(members.bytes) ? members : undefined;
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

/** Each unit takes at least one byte. */
const fits = (bytes: Buffer): boolean =>
  bytes.length <= MAX_EVENT_LENGTH || bytes.toString('utf8').length <= MAX_EVENT_LENGTH;

/** What was written, read back and put in order, with the notes in its `detail`. */
function withNotes({ notes, keys }: Writing): Members {
  const copy = JSON.parse(out.view().toString('utf8')) as { [key: string]: Plain };
  const { detail } = copy;
  const own = typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : {};
  if (notes.size > 0) copy.detail = { ...own, ...Object.fromEntries([...notes].slice(0, keys)) };
  return membersOf(copy);
}

/** The members of an object whose texts are safe already. */
export function membersOf(object: object): Members {
  out.cutTo(0);
  const places: MemberPlace[] = [];
  for (const [name, value] of Object.entries(object).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if ((value as unknown) === undefined) continue;
    const start = out.length;
    out.utf8(`${JSON.stringify(name)}:${canonicalJson(value)}`);
    places.push({ name, start, end: out.length });
  }
  return { bytes: out.copyOfAll(), places };
}

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

function spend(writing: Writing, length: number): void {
  writing.left -= length;
  if (writing.left < 0) throw new TooLarge();
}

/** Writes the value made safe as canonical JSON; nothing, and false, for what JSON leaves out. */
function writeValue(value: unknown, writing: Writing): boolean {
  switch (typeof value) {
    case 'string':
      writeString(value, writing);
      return true;
    case 'number':
      return writeNumber(value, writing);
    case 'boolean':
      out.ascii(value ? 'true' : 'false');
      return true;
    case 'object':
      if (Array.isArray(value)) writeList(value, writing);
      else if (value === null) out.ascii('null');
      else writeObject(value, writing);
      return true;
    default:
      return false;
  }
}

/** As in `push[0].paths`: what notes name the place by. */
function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

function writeNumber(value: number, { notes, path }: Writing): boolean {
  const isNumber = Number.isFinite(value);
  if (isNumber) out.ascii(String(value));
  else notes.set(`raw:${pathText(path)}`, String(value));
  return isNumber;
}

/** A signature counts for the whole text only. Its emitter keeps it short: there is no tighter form of it. */
const SIGNED_TEXT = 'detail.envelope';

function writeString(text: string, writing: Writing): void {
  const { string: limit } = writing;
  const isWhole = text.length <= limit || pathText(writing.path) === SIGNED_TEXT;
  spend(writing, (isWhole ? text.length : limit) + 3);
  if (isWhole && out.plainString(text)) return;
  const safe = withoutUnsafe(text, writing);
  out.utf8(JSON.stringify(isWhole ? safe : cutText(text, safe, writing)));
}

function withoutUnsafe(text: string, { notes, path, string: limit }: Writing): string {
  if (!BEYOND_ASCII.test(text) || !UNSAFE.test(text)) return text;
  notes.set(`raw:${pathText(path)}`, exactText(text.slice(0, limit)));
  return safeText(text);
}

function cutText(text: string, safe: string, { notes, path, string: limit }: Writing): string {
  notes.set(`cut:${pathText(path)}`, `${text.length} sha256:${sha256Hex(exactBytes(text))}`);
  const cut = safe.slice(0, limit);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

const exactBytes = (text: string): Buffer => Buffer.from(text, text.isWellFormed() ? 'utf8' : 'utf16le');

const exactText = (text: string): string =>
  `${text.isWellFormed() ? 'utf8' : 'utf16le'}:${exactBytes(text).toString('base64')}`;

function writeList(list: readonly unknown[], writing: Writing): void {
  spend(writing, 2);
  const { path, notes } = writing;
  if (list.length > writing.list) notes.set(`cut:${pathText(path)}`, listNote(list));
  out.char(OPEN_LIST);
  for (let index = 0; index < Math.min(list.length, writing.list); index += 1) {
    if (index > 0) out.char(COMMA);
    path.push(index);
    if (!writeValue(list[index], writing)) out.ascii('null');
    path.pop();
  }
  out.char(CLOSE_LIST);
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
/** A name is read back by many parsers, and not all are right about one with an escape (see `parse-event`): it has none. */
const ESCAPED = /["\\]/;
const ESCAPED_ALL = /["\\]/g;

const isSafeName = (key: string): boolean => key.length <= MAX_NAME && !ESCAPED.test(key) && !UNSAFE.test(key);

/** A name of its own among `taken`: two that differ only in what is unsafe must not hide one another. */
function safeName(key: string, taken: Set<string>, writing: Writing): string {
  writing.canonical = false;
  const safe = safeText(key.slice(0, MAX_NAME)).replace(ESCAPED_ALL, '\uFFFD');
  let name = safe;
  for (let n = 2; taken.has(name); n += 1) name = `${safe}~${n}`;
  taken.add(name);
  writing.notes.set(`raw:${pathText([...writing.path, name])}#key`, exactText(key.slice(0, MAX_NAME)));
  return name;
}

/** @param places gets where its members lie, for the event itself */
function writeObject(object: object, writing: Writing, places?: MemberPlace[]): void {
  const { path, notes } = writing;
  const keys = Object.keys(object);
  // The event itself has a fixed set of fields; only the free-form objects inside it can grow.
  const kept = places || keys.length <= writing.keys ? keys : keys.slice(0, writing.keys);
  if (kept !== keys) notes.set(`cut:${pathText(path)}`, keys.length);
  let taken: Set<string> | undefined;
  out.char(OPEN);
  const first = out.length;
  for (const key of sortNames(kept)) {
    const before = out.length;
    if (before > first) out.char(COMMA);
    const start = out.length;
    let name = key;
    if (key.length > MAX_NAME || !out.plainString(key)) {
      if (!isSafeName(key)) name = safeName(key, (taken ??= new Set(keys)), writing);
      out.utf8(JSON.stringify(name));
    }
    spend(writing, name.length + 4);
    out.char(COLON);
    path.push(name);
    const isThere = writeValue((object as Record<string, unknown>)[key], writing);
    path.pop();
    if (isThere) places?.push({ name, start, end: out.length });
    else out.cutTo(before);
  }
  out.char(CLOSE);
}

/** A text among the members, as the event will have it; undefined where it is missing. */
export function textOf({ bytes, places }: Members, wanted: string): string | undefined {
  const place = places.find(({ name }) => name === wanted);
  if (!place) return undefined;
  const value: unknown = JSON.parse(bytes.toString('utf8', place.start + wanted.length + 3, place.end));
  return typeof value === 'string' ? value : undefined;
}
