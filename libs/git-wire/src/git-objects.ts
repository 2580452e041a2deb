import { unreadable } from './git-protocol-error.js';

export interface Commit {
  tree: string;
  parents: string[];
  /** `Name <mail> seconds zone`, as written. */
  author: string;
  committer: string;
  /** A signature header is there; it is not verified. */
  signed: boolean;
  message: string;
}

export interface Tag {
  object: string;
  type: string;
  name: string;
  /** `Name <mail> seconds zone`, as written; empty in tags of git's first years. */
  tagger: string;
  /** A signature is there, in a header or at the end of the message; it is not verified. */
  signed: boolean;
  message: string;
}

export interface TreeEntry {
  /** Six octal digits, as git prints them: 100644, 100755, 120000 (symlink), 040000 (folder), 160000 (submodule). */
  mode: string;
  /** Bytes that are not UTF-8 appear as `\ooo`. */
  name: string;
  id: string;
}

interface Headers {
  lines: string[];
  message: string;
}

/** Header lines, continued ones (which start with a blank) joined to the one before. */
function splitHeaders(content: Buffer): Headers {
  const end = content.indexOf('\n\n');
  const head = content.subarray(0, end < 0 ? content.length : end).toString('utf8');
  const lines = head.split('\n').filter((line) => !line.startsWith(' '));
  return { lines, message: end < 0 ? '' : content.subarray(end + 2).toString('utf8') };
}

const HEX_ID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

function idHeader(line: string | undefined, name: string, kind: string): string {
  const id = line?.startsWith(`${name} `) === true ? line.slice(name.length + 1) : '';
  if (!HEX_ID.test(id)) throw unreadable(`a ${kind} names no ${name}`);
  return id;
}

/** Reads the headers in the order that git requires. @throws GitProtocolError `push_unreadable` */
export function parseCommit(content: Buffer): Commit {
  const { lines, message } = splitHeaders(content);
  const tree = idHeader(lines[0], 'tree', 'commit');
  const parents: string[] = [];
  let at = 1;
  for (; lines[at]?.startsWith('parent ') === true; at++) parents.push(idHeader(lines[at], 'parent', 'commit'));
  const author = textHeader(lines[at], 'author');
  const committer = textHeader(lines[at + 1], 'committer');
  const signed = lines.some((line) => /^gpgsig(-sha256)? /.test(line));
  return { tree, parents, author, committer, signed, message };
}

function textHeader(line: string | undefined, name: string): string {
  if (line?.startsWith(`${name} `) !== true) throw unreadable(`a commit names no ${name}`);
  return line.slice(name.length + 1);
}

/** Where git looks for the signature of a tag (gpg-interface.c). */
const SIGNATURE = /^-----BEGIN (PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE|SSH SIGNATURE)-----$/m;

/** @throws GitProtocolError `push_unreadable` */
export function parseTag(content: Buffer): Tag {
  const { lines, message } = splitHeaders(content);
  const object = idHeader(lines[0], 'object', 'tag');
  const [type, name] = [lines[1], lines[2]];
  if (type?.startsWith('type ') !== true || name?.startsWith('tag ') !== true)
    throw unreadable('a tag has no type or name');
  const tagger = lines[3]?.startsWith('tagger ') === true ? lines[3].slice(7) : '';
  const signed = SIGNATURE.test(message) || lines.some((line) => /^gpgsig(-sha256)? /.test(line));
  return { object, type: type.slice(5), name: name.slice(4), tagger, signed, message };
}

const MODES = new Map(
  ['100644', '100664', '100755', '120000', '040000', '40000', '160000'].map((mode) => [mode, mode.padStart(6, '0')]),
);

/**
 * The entries of a tree. Stricter than git's reader, as strict as the fsck that GitHub runs on pushes: unsorted or
 * repeated names, `/`, `.`, `..` and `.git` would let a path be shown as one thing and checked out as another.
 * @throws GitProtocolError `push_unreadable`
 */
export function parseTree(content: Buffer, idLength: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const names = new Set<string>();
  let previous: Buffer | undefined;
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const nul = content.indexOf(0, at);
    const end = nul + 1 + idLength;
    if (space < 0 || nul < space || end > content.length) throw unreadable('a tree ends inside an entry');
    const mode = MODES.get(content.toString('latin1', at, space));
    if (mode === undefined) throw unreadable('a tree contains an unknown kind of entry');
    const raw = content.subarray(space + 1, nul);
    const key = mode === '040000' ? Buffer.concat([raw, SLASH]) : raw;
    if (previous !== undefined && previous.compare(key) >= 0) throw unreadable('a tree is not sorted');
    previous = key;
    const name = entryName(raw);
    if (names.has(name)) throw unreadable('a tree contains a name twice');
    names.add(name);
    entries.push({ mode, name, id: content.toString('hex', nul + 1, end) });
    at = end;
  }
  return entries;
}

const SLASH = Buffer.from('/');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function entryName(raw: Buffer): string {
  const name = decode(raw);
  const reserved = name === '' || name === '.' || name === '..' || name.toLowerCase() === '.git';
  if (reserved || raw.includes(0x2f)) throw unreadable('a tree contains a name that git does not check out');
  return name;
}

function decode(raw: Buffer): string {
  try {
    return utf8.decode(raw);
  } catch {
    // Old repositories hold names in other encodings. ASCII stays readable, so that classes of paths still match.
    return raw.toString('latin1').replace(/[\x80-\xff]/g, (char) => `\\${char.charCodeAt(0).toString(8)}`);
  }
}
