import { queryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';

export type SessionState = 'live' | 'all';

export const useSessions = (state: SessionState) =>
  useInfiniteQuery({
    queryKey: ['sessions', state],
    queryFn: ({ pageParam }) =>
      api.call('GET /sessions', { query: { state, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: state === 'live' ? 10_000 : false,
  });

export const sessionQuery = (id: string) =>
  queryOptions({
    queryKey: ['session', id],
    queryFn: () => api.call('GET /sessions/{id}', { path: { id } }),
    refetchInterval: ({ state }) => (state.data?.ended_at === null ? 5_000 : false),
  });

const useEnding = <Input>(id: string, mutationFn: (input: Input) => Promise<unknown>) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['session', id] }),
        queries.invalidateQueries({ queryKey: ['sessions'] }),
      ]),
  });
};

export const useEndSession = (id: string) => useEnding(id, () => api.call('DELETE /sessions/{id}', { path: { id } }));

/** Ends it, and lets it open no more: for administrators. */
export const useKillSession = (id: string) =>
  useEnding(id, (reason: string) =>
    api.call('POST /kill-switches', { body: { scope: 'session', target: id, reason } }),
  );
