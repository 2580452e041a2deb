import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggedRequest } from './request-log.js';

/** One request and its answer, before anybody knows what it is. */
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  /** Host header, lower case, without port. */
  host: string;
  url: URL;
  log: LoggedRequest;
}

/** GitHub refuses larger JSON bodies too (its limit for contents is 100 MB in base64). */
const LARGEST_BODY = 150 * 1024 * 1024;

/** @throws Error where the body is over the limit or the client went away */
export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
