import { ControlPlaneRefusal } from '@holdshort/api-client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isSignedOut } from './client.js';

/** A refusal stays one; what gave no answer may give one the next time. */
const isWorthTrying = (failures: number, error: Error): boolean =>
  failures < 2 && !(error instanceof ControlPlaneRefusal && error.status < 500);

/** A sign-in that ended shows in whatever is asked first; then the shell asks who is there. */
function onError(error: unknown, query?: { queryKey: readonly unknown[] }): void {
  if (isSignedOut(error) && query?.queryKey[0] !== 'me') void queryClient.invalidateQueries({ queryKey: ['me'] });
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({
    onError: (error) => {
      onError(error);
    },
  }),
  defaultOptions: { queries: { retry: isWorthTrying, staleTime: 5_000, refetchOnWindowFocus: false } },
});
