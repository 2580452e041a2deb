import type { Signature } from './fast-import.js';

export interface CommitObject {
  id: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
  signature: string | null;
}

export interface TreeEntry {
  /** Six digits. */
  mode: string;
  type: 'tree' | 'blob' | 'commit';
  id: string;
  name: string;
}

export interface TagObject {
  id: string;
  object: string;
  type: string;
  tag: string;
  tagger: Signature;
  message: string;
}

const NOBODY: Signature = { name: 'unknown', email: '', time: 0 };

function parseSignature(text: string | undefined): Signature {
  const match = /^(.*?) ?<([^>]*)> (\d+)/.exec(text ?? '');
  return match ? { name: match[1] ?? '', email: match[2] ?? '', time: Number(match[3]) } : NOBODY;
}

/** Headers of a commit or tag object, continuation lines joined; several of one name stay apart. */
function splitHeaders(text: string): { headers: [string, string][]; message: string } {
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const headers = head
    .replaceAll('\n ', '\u0000')
    .split('\n')
    .map((line): [string, string] => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1).replaceAll('\u0000', '\n')];
    });
  return { headers, message: end < 0 ? '' : text.slice(end + 2) };
}

export function parseCommit(id: string, content: Buffer): CommitObject {
  const { headers, message } = splitHeaders(content.toString('utf8'));
  const first = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
  return {
    id,
    tree: first('tree') ?? '',
    parents: headers.filter(([key]) => key === 'parent').map(([, value]) => value),
    author: parseSignature(first('author')),
    committer: parseSignature(first('committer')),
    // GitHub shows messages without the line break at their end.
    message: message.replace(/\n+$/, ''),
    signature: first('gpgsig') ?? null,
  };
}

export function parseTag(id: string, content: Buffer): TagObject {
  const { headers, message } = splitHeaders(content.toString('utf8'));
  const map = new Map(headers);
  return {
    id,
    object: map.get('object') ?? '',
    type: map.get('type') ?? 'commit',
    tag: map.get('tag') ?? '',
    tagger: parseSignature(map.get('tagger')),
    message: message.replace(/\n+$/, ''),
  };
}

const typeOfMode = (mode: string): TreeEntry['type'] => {
  if (mode === '040000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
};

export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const zero = content.indexOf(0, space);
    const mode = content.toString('latin1', at, space).padStart(6, '0');
    const id = content.toString('hex', zero + 1, zero + 21);
    entries.push({ mode, type: typeOfMode(mode), id, name: content.toString('utf8', space + 1, zero) });
    at = zero + 21;
  }
  return entries;
}
