import type { Me } from '@holdshort/api-client';
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { api, rememberCsrf } from './client.js';

export type Role = 'engineer' | 'approver' | 'auditor' | 'policy_editor' | 'admin';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me> => {
    const me = await api.call('GET /auth/me');
    rememberCsrf(me.csrf);
    return me;
  },
  staleTime: 60_000,
  retry: false,
});

export const useMe = (): Me => useSuspenseQuery(meQuery).data;
export const useMeQuery = () => useQuery(meQuery);

export const hasRole = ({ roles }: Pick<Me, 'roles'>, ...wanted: Role[]): boolean =>
  wanted.some((role) => roles.includes(role));

/** Ends the sign-in here, and goes where the identity provider ends its own. */
export async function signOut(): Promise<void> {
  const { location } = await api.call('POST /auth/browser-logout');
  globalThis.location.assign(location);
}

/** The address of this very view, to come back to. */
export function signInUrl(): string {
  const { pathname, search } = globalThis.location;
  return `/api/v1/auth/login?return_to=${encodeURIComponent(`${pathname}${search}`)}`;
}
