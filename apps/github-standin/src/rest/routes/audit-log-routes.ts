import { tokenOf } from '../../access/actor.js';
import { covers } from '../../access/permissions.js';
import { isOwnerOf } from '../../access/user-roles.js';
import { cursorOf, type AuditEntry } from '../../audit/audit-log.js';
import { phraseTest } from '../../audit/search-phrase.js';
import { notAccessible, notFound, unprocessable } from '../../http/github-error.js';
import type { Account } from '../../world/model.js';
import { ok, type ApiCall, type Reply } from '../api-call.js';
import { pageOf } from '../paginate.js';
import { route } from '../route.js';

/** An owner with `read:audit_log` or the permission, or an App with it; everybody else is refused. */
function requireReader(call: ApiCall, org: Account): void {
  const token = tokenOf(call.actor);
  if (!token) throw notAccessible();
  const reaches = token.installation ? token.installation.account === org : token.reaches(org);
  const isOwner = token.user === null || isOwnerOf(token.user, org);
  if (reaches && isOwner && covers(token.permissions, 'organization_administration:read')) return;
  throw notAccessible();
}

/** Undocumented, but the API's default. */
const INCLUDES: Readonly<Record<string, (entry: AuditEntry) => boolean>> = {
  web: ({ action }) => !action.startsWith('git.'),
  git: ({ action }) => action.startsWith('git.'),
  all: () => true,
};

/** `next` goes on with what is older (or newer, with `order=asc`), `prev` goes back. */
function linkHeader(
  call: ApiCall,
  page: readonly AuditEntry[],
  more: { next: boolean; prev: boolean },
): Record<string, string> {
  const site = `https://${call.exchange.req.headers.host ?? ''}${call.exchange.url.pathname}`;
  const link = (rel: string, cursor: { after?: string; before?: string }): string => {
    const query = new URLSearchParams(call.query);
    query.delete('after');
    query.delete('before');
    for (const [name, value] of Object.entries(cursor)) query.set(name, value);
    return `<${site}?${query.toString()}>; rel="${rel}"`;
  };
  const [first, last] = [page[0], page.at(-1)];
  const links = [
    ...(more.next && last ? [link('next', { after: cursorOf(last) })] : []),
    ...(more.prev && first ? [link('prev', { before: cursorOf(first) }), link('first', {})] : []),
  ];
  return links.length > 0 ? { link: links.join(', ') } : {};
}

function placeOf(entries: readonly AuditEntry[], cursor: string | null): number | undefined {
  if (cursor === null || cursor === '') return undefined;
  const place = entries.findIndex((entry) => cursorOf(entry) === cursor);
  if (place === -1)
    throw unprocessable('Validation Failed', [{ resource: 'AuditLog', field: 'cursor', code: 'invalid' }]);
  return place;
}

function entriesOf(call: ApiCall, org: Account): AuditEntry[] {
  const include = INCLUDES[call.query.get('include') ?? 'web'];
  if (!include) throw unprocessable('Validation Failed', [{ resource: 'AuditLog', field: 'include', code: 'invalid' }]);
  const fits = phraseTest(call.query.get('phrase') ?? '');
  const found = call.world.audit.entries.filter((entry) => entry.org === org.login && include(entry) && fits(entry));
  return call.query.get('order') === 'asc' ? found : found.reverse();
}

function readAuditLog(call: ApiCall): Reply {
  const org = call.world.accounts.get(call.param('org').toLowerCase());
  if (org?.type !== 'Organization') throw notFound();
  requireReader(call, org);
  const { size } = pageOf(call);
  const entries = entriesOf(call, org);
  const before = placeOf(entries, call.query.get('before'));
  const after = placeOf(entries, call.query.get('after'));
  const start = before === undefined ? (after ?? -1) + 1 : Math.max(0, before - size);
  const page = entries.slice(start, before ?? start + size);
  return ok(page, linkHeader(call, page, { next: start + page.length < entries.length, prev: start > 0 }));
}

export const auditLogRoutes = [route('GET /orgs/{org}/audit-log', 'installation', readAuditLog)];
