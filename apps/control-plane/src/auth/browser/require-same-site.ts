import { timingSafeEqual } from 'node:crypto';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import { sha256Hex } from '../../random-id.js';
import { csrfTokenOf } from './web-sessions.service.js';

export const CSRF_HEADER = 'x-holdshort-csrf';

/**
 * Before a change that only a cookie vouches for: the browser must say that a page of ours asks, and the page must
 * know the token. Either alone would do; together one mistake opens nothing.
 * @throws HoldshortError `not_authorized`
 */
export function requireSameSite(request: Request, sessionId: string, publicUrl: string): void {
  if (!isFromOurPage(request, new URL(publicUrl).origin))
    throw refused('The call does not come from a page of Holdshort.');
  if (!isToken(tokenOf(request), csrfTokenOf(sessionId)))
    throw refused('The call does not carry the token of this sign-in.');
}

const refused = (message: string): HoldshortError =>
  new HoldshortError('not_authorized', message, { advice: 'Load the page again and repeat what you did.' });

/** `Origin` comes with every change in today's browsers; Sec-Fetch-Site where a privacy setting leaves it out. */
function isFromOurPage({ headers }: Request, ourOrigin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (headers.origin !== undefined) return headers.origin === ourOrigin;
  return site === 'same-origin';
}

function tokenOf(request: Request): string {
  const header = request.headers[CSRF_HEADER];
  if (typeof header === 'string') return header;
  const { csrf } = (request.body ?? {}) as { csrf?: unknown };
  return typeof csrf === 'string' ? csrf : '';
}

const isToken = (given: string, expected: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(expected)));
