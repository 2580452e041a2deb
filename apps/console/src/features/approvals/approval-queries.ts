import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';

/** A held push waits in somebody's terminal: the queue is asked again this often. It leaves no event. */
const QUEUE_MS = 2_000;
const PAGE = 50;

export type QueueState = 'pending' | 'all';

export const useApprovals = (state: QueueState) =>
  useInfiniteQuery({
    queryKey: ['approvals', state],
    queryFn: ({ pageParam }) =>
      api.call('GET /approvals', { query: { state, limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: QUEUE_MS,
  });

/** For the navigation, slower than the queue itself; more than a page is "50". */
export function usePendingCount(enabled: boolean): number {
  const { data } = useQuery({
    queryKey: ['approvals', 'count'],
    queryFn: () => api.call('GET /approvals', { query: { state: 'pending', limit: PAGE } }),
    refetchInterval: 10_000,
    enabled,
  });
  return data?.items.length ?? 0;
}

export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: ['approval', id],
    queryFn: () => api.call('GET /approvals/{id}', { path: { id } }),
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'pending' ? false : QUEUE_MS),
  });

/** Asked until the agent has shown it; from then on it never changes, and each read is on record. */
export const heldContentQuery = (id: string, approvalState: string) =>
  queryOptions({
    queryKey: ['approval', id, 'content'],
    queryFn: () => api.call('GET /approvals/{id}/content', { path: { id } }),
    staleTime: Infinity,
    retry: false,
    refetchInterval: ({ state }) => (state.data?.content === null && approvalState === 'pending' ? QUEUE_MS : false),
  });

export type Answer = 'approve' | 'reject';

export function useAnswer(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ answer, reason }: { answer: Answer; reason: string }) =>
      answer === 'approve'
        ? api.call('POST /approvals/{id}/approve', { path: { id }, body: reason === '' ? {} : { reason } })
        : api.call('POST /approvals/{id}/reject', { path: { id }, body: { reason } }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['approval', id], exact: true }),
        queries.invalidateQueries({ queryKey: ['approvals'] }),
      ]),
  });
}
