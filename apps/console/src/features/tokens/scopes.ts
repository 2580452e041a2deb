import type { CreateTokenBody } from '@holdshort/api-client';

export type Scope = CreateTokenBody['scopes'][number];

/** Each scope of the API; the compiler asks for one that is missing, and refuses one that is none. */
const KNOWN: Record<Scope, true> = {
  'agents:read': true,
  'agents:write': true,
  'approvals:read': true,
  'approvals:write': true,
  'audit:read': true,
  'causes:read': true,
  'dead-letters:read': true,
  'dead-letters:write': true,
  'grants:read': true,
  'grants:write': true,
  'keys:read': true,
  'keys:write': true,
  'kill-switches:read': true,
  'kill-switches:write': true,
  'legal-holds:read': true,
  'legal-holds:write': true,
  'overview:read': true,
  'policies:read': true,
  'policies:write': true,
  'prompts:read': true,
  'sessions:read': true,
  'sessions:write': true,
  'simulations:read': true,
  'simulations:write': true,
};

export const SCOPES = Object.keys(KNOWN) as Scope[];
