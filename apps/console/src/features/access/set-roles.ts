import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import type { Role } from '../../api/identity.js';

export const ROLES: readonly Role[] = ['engineer', 'approver', 'auditor', 'policy_editor', 'admin'];

export function useSetRoles() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ group, roles }: { group: string; roles: Role[] }) =>
      api.call('PUT /roles/{group}', { path: { group }, body: { roles } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['roles'] }),
  });
}
