import type { HoldshortError } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';
import { words } from './api-refusal.js';
import { statusOf } from './refusal-text.js';

/** Media type of the LFS API (git-lfs docs/api/README.md). */
export const LFS_TYPE = 'application/vnd.git-lfs+json';

const DOCUMENTATION = 'https://github.com/git-lfs/git-lfs/blob/main/docs/api/README.md';

/** The error object of the LFS API: git-lfs shows `message` and ends, whatever the status. */
export function refuseLfs(exchange: Exchange, error: HoldshortError): void {
  const status = statusOf(error.code);
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="Holdshort session"' } : {};
  const body = {
    message: words(exchange, error),
    documentation_url: DOCUMENTATION,
    request_id: exchange.correlationId,
  };
  exchange.answer.replace(
    status,
    { 'content-type': LFS_TYPE, 'cache-control': 'no-store', ...challenge },
    Buffer.from(JSON.stringify(body)),
  );
}
