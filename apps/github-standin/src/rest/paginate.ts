import type { ApiCall, Reply } from './api-call.js';
import { ok } from './api-call.js';

/** GitHub's defaults: 30 a page, 100 at most. */
export function pageOf(call: ApiCall): { page: number; size: number } {
  const asked = Number(call.query.get('per_page') ?? 30);
  const page = Number(call.query.get('page') ?? 1);
  return {
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
    size: Number.isSafeInteger(asked) && asked > 0 ? Math.min(asked, 100) : 30,
  };
}

/** GitHub's links name the repository by its id. */
function pathForLinks(call: ApiCall): string {
  const path = call.exchange.url.pathname;
  return call.found ? path.replace(/\/repos\/[^/]+\/[^/]+/, `/repositories/${String(call.found.id)}`) : path;
}

function linkHeader(call: ApiCall, page: number, last: number): Record<string, string> {
  const site = `https://${call.exchange.req.headers.host ?? ''}`;
  const link = (to: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(to));
    return `<${site}${pathForLinks(call)}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  return links.length > 0 ? { link: links.join(', ') } : {};
}

/** One page of `items`, rendered, with GitHub's Link header. */
export async function paginate<T>(call: ApiCall, items: readonly T[], render: (item: T) => unknown): Promise<Reply> {
  const { page, size } = pageOf(call);
  const shown = items.slice((page - 1) * size, page * size);
  const body = await Promise.all(shown.map(render));
  return ok(body, linkHeader(call, page, Math.max(1, Math.ceil(items.length / size))));
}
