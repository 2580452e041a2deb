import { HTTP_ACCESS } from './access-table.js';

/** What an API token never opens: whoever has one must not make more of it, nor change who may do what. */
const SIGN_IN_ONLY: ReadonlySet<string> = new Set(['auth', 'tokens', 'roles', 'github']);

/**
 * The scope that a route needs, e.g. `approvals:read`; it follows from the route, so that a new one needs no second list.
 * @returns undefined where no API token is let in
 */
export function scopeOf(routeKey: string): string | undefined {
  const [, method = '', resource = ''] = /^(\w+) \/api\/v1\/([a-z-]+)/.exec(routeKey) ?? [];
  if (resource === '' || SIGN_IN_ONLY.has(resource)) return undefined;
  return `${resource}:${method === 'GET' ? 'read' : 'write'}`;
}

/** All scopes that there are. */
export const API_SCOPES: readonly string[] = [
  ...new Set(
    Object.entries(HTTP_ACCESS).flatMap(([key, { who }]) => {
      const scope = who === 'public' ? undefined : scopeOf(key);
      return scope === undefined ? [] : [scope];
    }),
  ),
].sort();
