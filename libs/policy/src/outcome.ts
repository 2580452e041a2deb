import type { ReasonCode } from '@holdshort/errors';
import type { Cap } from './caps.js';

/**
 * Whose credential the call goes by, where policy says: the engineer's own (`user`), and nothing else; or that of the
 * App's installation where the engineer has linked no GitHub account.
 */
export type LeaseKind = 'user' | 'user_or_installation';

/** What the allow is bound to; see docs/reference. Absent fields mean no obligation of that kind. */
export interface Obligations {
  /** JSON field names whose values are masked in the response. */
  maskFields: string[];
  maskDetectors: string[];
  /** Upper limit for the life of the credential. */
  tokenTtlSeconds?: number;
  /** Upper limit for the permissions of the credential. */
  tokenPermissions?: Record<string, 'read' | 'write'>;
  /** Absent: the App's installation. */
  leaseKind?: LeaseKind;
  /** How long the same read may be answered from the agent's cache; absent means never. */
  cacheableSeconds?: number;
}

/** Who must open a hold, and how many of them. */
export interface GateDemand {
  name: string;
  /** Group whose members may approve. */
  approvers: string;
  required: number;
  /** Roles in the call that may not approve; `owner` (the session's engineer) is always among them. */
  exclude: string[];
  expiresSeconds: number;
  message: string;
}

export interface AllowOutcome {
  effect: 'allow';
  /** Ids of the policies that decided. */
  policies: string[];
  reasons: ReasonCode[];
  obligations: Obligations;
  message: string;
  /** The set only observes here: what it would have done, by `policies`, had it been in force. */
  observed?: 'deny' | 'hold';
}

export interface DenyOutcome {
  effect: 'deny';
  policies: string[];
  reasons: ReasonCode[];
  message: string;
  /** Limits that are used up; once none is, the call passes again. */
  caps?: Cap[];
}

export interface HoldOutcome {
  effect: 'hold';
  policies: string[];
  reasons: ReasonCode[];
  message: string;
  gates: GateDemand[];
}

export type PolicyOutcome = AllowOutcome | DenyOutcome | HoldOutcome;
