import type { agentV1 } from '@holdshort/contracts';
import { decodedField, parseStrictJson } from '@holdshort/github-operations';
import { maskSecretLines } from '@holdshort/secret-scan';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { heldHunks } from './held-hunks.js';
import { MOST_CONTENT_BYTES, ShownBudget } from './shown-budget.js';

/** Headers that say what is asked, and bear nobody's credential. */
const SHOWN_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'content-length',
  'content-type',
  'graphql-features',
  'if-match',
  'if-none-match',
  'user-agent',
  'x-github-api-version',
]);
const MOST_STRINGS = 5000;
const MOST_DEPTH = 64;
const MOST_LINES = 1000;
const MOST_WRITTEN = 50;

export interface HeldRequest {
  call: agentV1.HeldCall;
  /** Contents of files that stand in the body in base64, decoded. */
  files: agentV1.HeldFile[];
}

/** The request as it would go to GitHub: without credentials, secrets masked, within limits. */
export function heldRequest(exchange: Exchange): HeldRequest {
  const { method, operation, query, request } = exchange;
  const named = Object.entries(request.headers).filter(([, value]) => value !== undefined);
  const headers = named.filter(([name]) => SHOWN_HEADERS.has(name));
  const budget = new ShownBudget();
  const { body, files } = heldBody(exchange, budget);
  return {
    call: {
      ...{ method, host: calledHost(exchange), path: operation.path, query: maskedLine(query) },
      headers: headers.map(([name, value]) => ({ name, value: maskedLine(String(value)) })),
      moreHeaders: named.length - headers.length,
      ...body,
    },
    files,
  };
}

const maskedLine = (text: string): string => maskSecretLines([text.slice(0, 2000)], 'request')?.join('') ?? '[masked]';

type Body = Pick<agentV1.HeldCall, 'body' | 'content' | 'bodyBytes' | 'cut'>;
interface ShownBody {
  body: Body;
  files: agentV1.HeldFile[];
}

const without = (content: string, bytes: number): ShownBody => ({
  body: { body: '', content, bodyBytes: String(bytes), cut: false },
  files: [],
});

function heldBody({ body = Buffer.alloc(0), file, findings, operation }: Exchange, budget: ShownBudget): ShownBody {
  if (file) return without('file', file.bytes);
  if (body.length === 0) return without('none', 0);
  if (body.length > MOST_CONTENT_BYTES) return without('too_large', body.length);
  const walk = new BodyWalk(operation.intents[0]?.target.paths?.[0] ?? 'body', budget);
  const lines = shownLines(body, walk);
  // the scanner, which has read all of the call, knows of a secret that was not found again here
  const isDoubtful = (findings ?? []).some(({ kind }) => kind !== 'hidden-text') && !walk.hasMasked;
  if (!lines || isDoubtful) return without('masked', body.length);
  const taken = budget.take(lines, MOST_LINES);
  return {
    body: { body: taken.lines.join('\n'), content: 'text', bodyBytes: String(body.length), cut: taken.cut },
    files: walk.files,
  };
}

function shownLines(body: Buffer, walk: BodyWalk): string[] | undefined {
  let value: unknown;
  try {
    value = parseStrictJson(body.toString('utf8'));
  } catch {
    return undefined;
  }
  const shown = walk.of(value);
  const lines = JSON.stringify(shown, null, 2).split('\n');
  const masked = walk.isWhole ? maskSecretLines(lines, 'request') : undefined;
  walk.hasMasked ||= masked?.some((line, n) => line !== lines[n]) ?? false;
  return masked;
}

/** A JSON value with the secrets of each text masked, and base64 of files taken out. */
class BodyWalk {
  readonly files: agentV1.HeldFile[] = [];
  hasMasked = false;
  /** False where something could not be looked at; nothing is shown then. */
  isWhole = true;
  private strings = 0;

  constructor(
    private readonly path: string,
    private readonly budget: ShownBudget,
  ) {}

  of(value: unknown, name = '', file = this.path, depth = 0): unknown {
    if (depth > MOST_DEPTH) this.isWhole = false;
    if (!this.isWhole) return null;
    if (typeof value === 'string') return this.text(value, name, file);
    if (Array.isArray(value)) return value.map((entry) => this.of(entry, name, file, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    const fields = value as Record<string, unknown>;
    const own = typeof fields['path'] === 'string' ? fields['path'] : file;
    return Object.fromEntries(
      Object.entries(fields).map(([key, entry]) => [key, this.of(entry, key, own, depth + 1)] as const),
    );
  }

  private text(value: string, name: string, file: string): unknown {
    this.strings += 1;
    if (this.strings > MOST_STRINGS) this.isWhole = false;
    const content = decodedField(name, value);
    if (content) return this.takeOut(Buffer.from(content), file);
    const lines = value.split('\n');
    const masked = maskSecretLines(lines, 'request');
    if (!masked) this.isWhole = false;
    else this.hasMasked ||= masked.some((line, n) => line !== lines[n]);
    return masked?.join('\n') ?? null;
  }

  private takeOut(content: Buffer, file: string): string {
    if (this.files.length >= MOST_WRITTEN) return `[base64 of ${content.length} bytes, not shown]`;
    const path = maskedLine(file);
    const shown = heldHunks(null, content.length > MOST_CONTENT_BYTES ? 'too_large' : content, path, this.budget);
    this.hasMasked ||= shown.content !== 'text' || shown.hunks.some(({ lines }) => lines.some(isMasked));
    this.files.push({
      ...{ ref: '', path, from: '', change: 'written', kind: 'file', bytes: String(content.length) },
      ...shown,
      oldUnknown: true,
    });
    return `[base64 of ${content.length} bytes, shown decoded as a file]`;
  }
}

const isMasked = (line: string): boolean => line.startsWith('+[masked: ');
