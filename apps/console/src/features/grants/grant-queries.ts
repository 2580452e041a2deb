import type { GrantBody } from '@holdshort/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';

export type GrantState = 'live' | 'all';

export const useGrants = (state: GrantState) =>
  useQuery({ queryKey: ['grants', state], queryFn: () => api.call('GET /grants', { query: { state } }) });

const useChange = <Input>(mutationFn: (input: Input) => Promise<unknown>) => {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: ['grants'] }) });
};

export const useGive = () => useChange((body: GrantBody) => api.call('POST /grants', { body }));
export const useRevoke = (id: string) => useChange(() => api.call('DELETE /grants/{id}', { path: { id } }));
