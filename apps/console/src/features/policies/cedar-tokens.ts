export const CEDAR_KEYWORDS: ReadonlySet<string> = new Set([
  ...['permit', 'forbid', 'when', 'unless', 'principal', 'action', 'resource', 'context', 'in', 'is', 'has', 'like'],
  ...['if', 'then', 'else', 'true', 'false'],
]);

export interface Token {
  kind: 'keyword' | 'string' | 'comment' | 'meta' | 'typeName' | null;
  length: number;
}

const KINDS: readonly [RegExp, Token['kind']][] = [
  [/^\/\/.*/, 'comment'],
  [/^"(?:[^"\\]|\\.)*"?/, 'string'],
  [/^@\w+/, 'meta'],
  [/^[A-Za-z_]\w*(?:::[A-Za-z_]\w*)+/, 'typeName'],
];

/** The first token of what is left of a line; never empty. */
export function cedarToken(rest: string): Token {
  for (const [pattern, kind] of KINDS) {
    const [text] = pattern.exec(rest) ?? [];
    if (text !== undefined) return { kind, length: text.length };
  }
  const [word] = /^[A-Za-z_]\w*/.exec(rest) ?? [];
  if (word === undefined) return { kind: null, length: 1 };
  return { kind: CEDAR_KEYWORDS.has(word) ? 'keyword' : null, length: word.length };
}

const ANNOTATIONS = [
  ...['@id', '@title', '@message', '@effect', '@gate', '@approvers', '@count', '@exclude', '@expires'],
  ...['@obligation', '@ttl', '@seconds', '@fields', '@kind'],
];
/** What docs/policy.md says of `context`. */
const CONTEXT: Readonly<Record<string, readonly string[]>> = {
  context: [
    'push',
    'findings',
    'local',
    'now',
    'session',
    'toPublic',
    'usage',
    'surface',
    'operation',
    'method',
    'gates',
  ],
  push: ['ref', 'kind', 'isDefault', 'isProtected', 'commits', 'files', 'bytes', 'pathClasses'],
  local: ['hour', 'minuteOfDay', 'weekday'],
  session: ['id', 'humanPresent', 'tainted', 'breakGlass'],
  usage: ['session', 'engineer'],
};
const TYPES = ['Group', 'Human', 'Assistant', 'Workload', 'Repo', 'Org', 'RepoSet', 'Account', 'Action', 'Gate'];

const startingWith = (words: readonly string[], start: string): string[] =>
  words.filter((word) => word.toLowerCase().startsWith(start.toLowerCase()));

/** What may go on from a text without spaces; `from` is where in it the completed word begins. */
export function completionsOf(text: string): { from: number; words: string[] } {
  if (text.startsWith('@')) return { from: 0, words: startingWith(ANNOTATIONS, text) };
  const dot = text.lastIndexOf('.');
  if (dot >= 0) {
    const owner = text.slice(0, dot).split('.').at(-1) ?? '';
    return { from: dot + 1, words: startingWith(CONTEXT[owner] ?? [], text.slice(dot + 1)) };
  }
  const colons = text.lastIndexOf('::');
  if (colons >= 0) return { from: colons + 2, words: startingWith(TYPES, text.slice(colons + 2)) };
  return { from: 0, words: startingWith([...CEDAR_KEYWORDS, 'Holdshort'], text) };
}
