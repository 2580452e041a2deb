import type { SavePolicyBody } from '@holdshort/api-client';
import { queryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';

/** A version never changes in what it says; only its state does. */
export const policyQuery = (id: string) =>
  queryOptions({
    queryKey: ['policy', id],
    queryFn: () => api.call('GET /policies/{id}', { path: { id } }),
    staleTime: 10_000,
  });

export const activePolicyQuery = queryOptions({
  queryKey: ['policy', 'in force'],
  queryFn: () => api.call('GET /policies/active'),
});

/** What a starter set is written for; what is absent is as in the embedded stack. */
export interface StarterNames {
  organisation?: string;
  engineers?: string;
  security?: string;
}

export const startersQuery = (names: StarterNames) =>
  queryOptions({
    queryKey: ['starters', names],
    queryFn: () => api.call('GET /policies/starters', { query: names }),
    staleTime: Infinity,
    placeholderData: (before) => before,
  });

export const usePolicies = () =>
  useInfiniteQuery({
    queryKey: ['policies'],
    queryFn: ({ pageParam }) =>
      api.call('GET /policies', { query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });

export const activationsQuery = queryOptions({
  queryKey: ['policies', 'activations'],
  queryFn: () => api.call('GET /policies/activations', { query: { limit: 20 } }),
});

export const diffQuery = (id: string) =>
  queryOptions({
    queryKey: ['policy', id, 'diff'],
    queryFn: () => api.call('GET /policies/{id}/diff', { path: { id }, query: {} }),
  });

const useChange = <Input, Output>(mutationFn: (input: Input) => Promise<Output>) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['policy'] }),
        queries.invalidateQueries({ queryKey: ['policies'] }),
      ]),
  });
};

export const useSubmit = (id: string) => useChange(() => api.call('POST /policies/{id}/submit', { path: { id } }));
export const useReview = (id: string) =>
  useChange((body: { approve: boolean; note: string }) =>
    api.call('POST /policies/{id}/review', { path: { id }, body }),
  );
export const useActivate = (id: string) =>
  useChange((reason: string) => api.call('POST /policies/{id}/activate', { path: { id }, body: { reason } }));
export const useSave = () => useChange((body: SavePolicyBody) => api.call('POST /policies', { body }));
export const useCheck = () =>
  useMutation({ mutationFn: (body: SavePolicyBody) => api.call('POST /policies/check', { body }) });
