import { visit } from 'graphql/language/visitor.js';
import { valueFromASTUntyped } from 'graphql/utilities/valueFromASTUntyped.js';
import type { Surface } from '../operation.js';
import { readDocument } from '../graphql/read-document.js';
import { variablesOf, type Variables } from '../graphql/walk-fields.js';

/** A text that a call would put on GitHub. */
export interface WrittenContent {
  /** The file's path where the call names one; otherwise where the text stands in the call: `body.title`. */
  path: string;
  content: Uint8Array;
}

export interface WritingCall {
  surface: Surface;
  /** The parsed JSON body; undefined where there is none. */
  body: unknown;
  /** Without "?"; GitHub reads parameters of writes there too. */
  query?: string;
  /** The file that the address itself names (`PUT /repos/{owner}/{repo}/contents/{path}`). */
  path?: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that GitHub's APIs take in base64: contents and blobs over REST, `fileChanges` over GraphQL. */
const MAY_BE_BASE64 = new Set(['content', 'contents']);
/** Shorter than any secret; also the length up to which plain words look like base64. */
const MIN_BASE64 = 16;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** What a base64 field stands for, read as leniently as any server might; undefined where it is no base64. */
function decoded(text: string): Uint8Array | undefined {
  const packed = text.replace(/\s+/g, '');
  if (packed.length < MIN_BASE64 || !BASE64.test(packed)) return undefined;
  return Buffer.from(packed, 'base64');
}

/** What the text of a field `name` stands for, where GitHub takes base64 in such a field and it is base64. */
export const decodedField = (name: string, text: string): Uint8Array | undefined =>
  MAY_BE_BASE64.has(name) ? decoded(text) : undefined;

class Collector {
  readonly found: WrittenContent[] = [];

  /** Every text of a JSON value, names included: which of them GitHub would store is not guessed. */
  walk(value: unknown, at: string, file: string | undefined): void {
    if (typeof value === 'string') this.#text(value, at, file);
    else if (Array.isArray(value)) value.forEach((entry, n) => this.walk(entry, `${at}[${String(n)}]`, file));
    else if (isRecord(value)) this.#fields(value, at, file);
  }

  #fields(value: Readonly<Record<string, unknown>>, at: string, outer: string | undefined): void {
    const own = typeof value['path'] === 'string' ? value['path'] : outer;
    for (const [name, entry] of Object.entries(value)) {
      this.#text(name, `${at}.*`, undefined);
      // a gist's files stand under their names
      const isNamedFile = isRecord(entry) && at.endsWith('.files') && typeof entry['content'] === 'string';
      this.walk(
        entry,
        `${at}.${name}`,
        isNamedFile ? name : MAY_BE_BASE64.has(name) || isRecord(entry) ? own : undefined,
      );
    }
  }

  #text(text: string, at: string, file: string | undefined): void {
    if (text.length < MIN_BASE64 / 2) return;
    const path = file ?? at;
    this.found.push({ path, content: Buffer.from(text, 'utf8') });
    const inner = decodedField(at.slice(at.lastIndexOf('.') + 1), text);
    if (inner) this.found.push({ path, content: inner });
  }
}

function walkGraphql(body: unknown, into: Collector): void {
  if (!isRecord(body) || typeof body['query'] !== 'string') return;
  const name = typeof body['operationName'] === 'string' && body['operationName'] ? body['operationName'] : undefined;
  const document = readDocument(body['query'], name);
  if (document.operation.operation === ('query' as typeof document.operation.operation)) return;
  const given = isRecord(body['variables']) ? body['variables'] : {};
  const variables: Variables = variablesOf(document, given);
  for (const node of [document.operation, ...document.fragments.values()])
    visit(node, {
      Argument: (argument) => {
        into.walk(valueFromASTUntyped(argument.value, variables), argument.name.value, undefined);
        return false;
      },
    });
}

function walkMcp(message: unknown, into: Collector): void {
  const params = isRecord(message) && message['method'] === 'tools/call' ? message['params'] : undefined;
  if (isRecord(params)) into.walk(params['arguments'], 'arguments', undefined);
}

/**
 * Every text that a write over REST, GraphQL or MCP brings, base64 content decoded, for the scanners: file contents,
 * issues, comments, gists, commit messages, inputs of workflows, whatever the field. Texts under 8 characters are left
 * out: nothing that is looked for is so short.
 * @throws Unclassifiable for a GraphQL document that cannot be read; it was refused before by its classification
 */
export function writtenContents({ surface, body, query, path }: WritingCall): WrittenContent[] {
  const into = new Collector();
  if (surface === 'graphql') for (const request of [body].flat()) walkGraphql(request, into);
  else if (surface === 'mcp') for (const message of [body].flat()) walkMcp(message, into);
  else into.walk(body, 'body', path);
  for (const [name, value] of new URLSearchParams(query ?? '')) into.walk(value, `query.${name}`, undefined);
  return into.found;
}
