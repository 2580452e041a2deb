import type { Session } from '../sessions/session.js';
export type { HeldFinding } from './approval.entity.js';
import type { HeldFinding, HeldGate, HeldRef } from './approval.entity.js';

/** A call that policy holds, as precisely as an approval binds it. */
export interface HoldRequest {
  session: Session;
  surface: string;
  operation: string;
  /** owner/name; several are joined by a comma, sorted. */
  repo: string;
  refs: HeldRef[];
  /** E-mail addresses of who made the commits, in lower case: they do not answer for them. */
  authors: string[];
  findings: HeldFinding[];
  /** Lower-case hex SHA-256 of the call. */
  digest: string;
  /** Commit ids by place; an approval ends when one of them is another. */
  expected: Record<string, string>;
  policyVersion: string;
  policies: string[];
  gates: HeldGate[];
  /** The shortest that any gate asks for. */
  expiresSeconds: number;
  correlationId: string;
  /** The question's own id: a question that is asked again is the same use of an approval. */
  requestId: string;
}

/** What must be equal for an approval to speak of this call. */
export type CallKey = Pick<HoldRequest, 'session' | 'operation' | 'repo' | 'digest' | 'policyVersion'>;
