import type { Role } from '../api/identity.js';

export interface Place {
  to:
    | '/'
    | '/approvals'
    | '/grants'
    | '/sessions'
    | '/audit'
    | '/records'
    | '/policies'
    | '/agents'
    | '/access'
    | '/tokens';
  label: string;
  /** Whom the control plane lets read it; see docs/reference/access.md. */
  roles: readonly Role[];
}

const EVERY: readonly Role[] = ['engineer', 'approver', 'auditor', 'policy_editor', 'admin'];
const OVERSEERS: readonly Role[] = ['admin', 'approver', 'auditor'];

export const PLACES: readonly Place[] = [
  { to: '/', label: 'Overview', roles: EVERY },
  { to: '/approvals', label: 'Approvals', roles: EVERY },
  { to: '/grants', label: 'Grants', roles: EVERY },
  { to: '/sessions', label: 'Sessions', roles: EVERY },
  { to: '/audit', label: 'Audit', roles: EVERY },
  { to: '/records', label: 'Kept records', roles: ['admin', 'auditor'] },
  { to: '/policies', label: 'Policies', roles: EVERY },
  { to: '/agents', label: 'Agents', roles: OVERSEERS },
  { to: '/access', label: 'Access', roles: ['admin', 'auditor'] },
  { to: '/tokens', label: 'API tokens', roles: EVERY },
];

export const placesFor = (roles: readonly string[]): readonly Place[] =>
  PLACES.filter((place) => place.roles.some((role) => roles.includes(role)));
