import { REST_OPERATIONS, type RestOperation } from './rest-operation.js';

interface Node {
  literals: Map<string, Node>;
  /** A parameter of one segment. */
  one?: Node;
  /** A parameter of one or more segments. */
  many?: Node;
  operations?: Map<string, { operation: RestOperation; names: string[] }>;
}

export interface RouteMatch {
  operation: RestOperation;
  /** Decoded; a parameter that spans slashes contains them. */
  params: Record<string, string>;
}

export type Route = RouteMatch | 'malformed' | 'unknown';

const node = (): Node => ({ literals: new Map() });

function child(parent: Node, segment: string): Node {
  if (segment.startsWith('{+')) return (parent.many ??= node());
  if (segment.startsWith('{')) return (parent.one ??= node());
  const known = parent.literals.get(segment) ?? node();
  parent.literals.set(segment, known);
  return known;
}

/** `{base}...{head}` is one parameter to the router; its parts are not needed. */
const nameOf = (segment: string): string => /^\{\+?([^}]+)\}/.exec(segment)?.[1] ?? '';

function buildTrie(operations: readonly RestOperation[]): Node {
  const root = node();
  for (const operation of operations) {
    const segments = operation.template.split('/').slice(1);
    const leaf = segments.reduce(child, root);
    const names = segments.filter((segment) => segment.startsWith('{')).map(nameOf);
    leaf.operations ??= new Map();
    // Two operations compare commits under one shape; the first stands for both.
    if (!leaf.operations.has(operation.method)) leaf.operations.set(operation.method, { operation, names });
  }
  return root;
}

let trie: Node | undefined;

interface Search {
  method: string;
  segments: readonly string[];
  values: string[];
}

type Found = { operation: RestOperation; names: string[] } | undefined;

function tryParameter(next: Node, search: Search, from: number, to: number): Found {
  search.values.push(search.segments.slice(from, to).join('/'));
  const found = walk(next, search, to);
  if (!found) search.values.pop();
  return found;
}

function walkMany(next: Node, search: Search, from: number): Found {
  for (let to = from + 1; to <= search.segments.length; to++) {
    const found = tryParameter(next, search, from, to);
    if (found) return found;
  }
  return undefined;
}

/** A literal goes before a parameter, a single segment before many: what GitHub's own router does. */
function walk(current: Node, search: Search, at: number): Found {
  const segment = search.segments[at];
  if (segment === undefined) return current.operations?.get(search.method);
  const literal = current.literals.get(segment);
  return (
    (literal && walk(literal, search, at + 1)) ??
    (current.one && tryParameter(current.one, search, at, at + 1)) ??
    (current.many && walkMany(current.many, search, at))
  );
}

// Control characters are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f]/;
const isDots = (part: string): boolean => part === '.' || part === '..';

/** One decoding, as GitHub does; undefined where two readers could disagree about the result. */
function decodeSegment(raw: string): string | undefined {
  try {
    const decoded = raw.includes('%') ? decodeURIComponent(raw) : raw;
    const parts = decoded.split('/');
    const isBad = UNSAFE.test(decoded) || parts.some((part) => part === '' || isDots(part));
    return isBad ? undefined : decoded;
  } catch {
    // Not UTF-8 after decoding: no path of GitHub's is.
    return undefined;
  }
}

/** An empty path of contents is the root directory; clients write it with a slash at the end. */
const withoutContentsSlash = (path: string): string =>
  /^\/repos(itories)?\/.*\/contents\/$/.test(path) ? path.slice(0, -1) : path;

function decodePath(path: string): string[] | undefined {
  if (!path.startsWith('/') || /[?#\\]/.test(path)) return undefined;
  if (path === '/') return [''];
  const decoded = withoutContentsSlash(path).slice(1).split('/').map(decodeSegment);
  return decoded.every((segment) => segment !== undefined) ? decoded : undefined;
}

/** A literal of a template never holds a slash, so an encoded one can only stand in a parameter. */
function match(method: string, segments: readonly string[]): RouteMatch | undefined {
  trie ??= buildTrie(REST_OPERATIONS);
  const search: Search = { method, segments, values: [] };
  const found = walk(trie, search, 0);
  if (!found) return undefined;
  const params = Object.fromEntries(found.names.map((name, n) => [name, search.values[n] ?? '']));
  return { operation: found.operation, params };
}

/**
 * GitHub's pagination links and renames lead to `/repositories/{id}/...`, which takes the same routes
 * as `/repos/{owner}/{repo}/...`.
 */
function matchByNumber(method: string, [first, id = '', ...rest]: readonly string[]): Route {
  if (first !== 'repositories') return 'unknown';
  if (!/^[1-9][0-9]{0,17}$/.test(id)) return 'malformed';
  const found = match(method, ['repos', '-', '-', ...rest]);
  if (!found) return 'unknown';
  const params = Object.entries(found.params).filter(([name]) => name !== 'owner' && name !== 'repo');
  return { operation: found.operation, params: { ...Object.fromEntries(params), repository_number: id } };
}

/** Finds the operation of a request line. `path` is as on the wire, without query. Never throws. */
export function route(method: string, path: string): Route {
  const segments = decodePath(path);
  if (segments === undefined) return 'malformed';
  const verb = method === 'HEAD' ? 'GET' : method;
  return match(verb, segments) ?? matchByNumber(verb, segments);
}
