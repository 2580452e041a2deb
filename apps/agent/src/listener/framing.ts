import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { HoldshortError } from '@holdshort/errors';

/** Headers of which one reader would take the first and another the last. */
const ONLY_ONCE = ['host', 'authorization', 'content-type', 'content-encoding', 'content-length', 'transfer-encoding'];

const malformed = (message: string): HoldshortError => new HoldshortError('request_malformed', message);

function countsOf(rawHeaders: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** What node's parser accepts although two readers could disagree about it; undefined where nothing is wrong. */
export function framingProblem(request: IncomingMessage): HoldshortError | undefined {
  const { headers, httpVersion, rawHeaders, url = '' } = request;
  const counts = countsOf(rawHeaders);
  const twice = ONLY_ONCE.find((name) => (counts.get(name) ?? 0) > 1);
  if (twice !== undefined) return malformed(`The header "${twice}" stands there more than once.`);
  if (!headers.host) return malformed('The request has no Host.');
  if (!url.startsWith('/')) return malformed('The request target must be a path.');
  return transferProblem(headers['transfer-encoding'], httpVersion) ?? expectProblem(headers.expect);
}

function transferProblem(encoding: string | undefined, version: string): HoldshortError | undefined {
  if (encoding === undefined) return undefined;
  if (version !== '1.1') return malformed('Transfer-Encoding does not exist before HTTP/1.1.');
  return encoding.toLowerCase() === 'chunked' ? undefined : malformed('Transfer-Encoding must be "chunked".');
}

const expectProblem = (expect: string | undefined): HoldshortError | undefined =>
  expect === undefined || expect.toLowerCase() === '100-continue'
    ? undefined
    : malformed('This Expect cannot be met here.');

/** The newest answer on each connection: while it has not ended, another request has no business there. */
export class Answers {
  readonly #newest = new WeakMap<Duplex, ServerResponse>();

  /** @returns whether the answer to an earlier request of the connection is still under way */
  isPipelined(request: IncomingMessage, response: ServerResponse): boolean {
    const before = this.#newest.get(request.socket);
    this.#newest.set(request.socket, response);
    // A client cannot have seen the end of an answer before end() was called
    return before !== undefined && !before.writableEnded;
  }

  /** The answer under way on the connection, if any. */
  underWay(socket: Duplex): ServerResponse | undefined {
    const newest = this.#newest.get(socket);
    return newest?.writableEnded === false ? newest : undefined;
  }
}

export const pipelined = (): HoldshortError =>
  malformed('A request came before the answer to the one before; pipelining is not served.');
