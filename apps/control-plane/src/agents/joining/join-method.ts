import { HoldshortError } from '@holdshort/errors';
import { sha256Hex } from '../../random-id.js';

/** Ways to join without a join token; `token` itself is the certificate that every way ends in (ADR 1). */
export const JOIN_METHODS = ['aws-iam', 'oidc', 'kubernetes'] as const;
export type JoinMethodName = (typeof JOIN_METHODS)[number];

/** What a workspace shows to prove what it is. Credentials of its own: never stored, never logged. */
export type JoinEvidence =
  | { method: 'aws-iam'; host: string; headers: Record<string, string> }
  | { method: 'oidc' | 'kubernetes'; token: string };

/** Evidence that held. */
export interface ProvenJoin {
  /** Name of the rule that let it in. */
  rule: string;
  /** What the cloud, cluster or provider calls the workspace, e.g. a role's ARN. */
  subject: string;
  workspace: string;
  /** Hex SHA-256 of what makes the evidence unique: it is taken once. */
  fingerprint: string;
  /** Until when the same evidence could come again. */
  goodUntil: Date;
}

/** One way to prove what a workspace is. Adapters: AWS IAM, OIDC, Kubernetes; join-methods.medium.spec.ts runs on each. */
export interface JoinMethod {
  readonly name: JoinMethodName;
  /** @throws HoldshortError `not_authorized` for evidence that no rule accepts, `upstream_unreachable` where it cannot be checked */
  prove(evidence: JoinEvidence): Promise<ProvenJoin>;
}

/**
 * What makes a token one of its kind: all but the signature, since a signature of ECDSA can be changed into another that
 * is as good.
 */
export const tokenFingerprint = (token: string): string => sha256Hex(`token ${token.split('.').slice(0, 2).join('.')}`);

/** The text is for whoever sets the workspace up; it repeats nothing of the evidence. */
export const refuseJoin = (message: string, cause?: unknown): never => {
  throw new HoldshortError('not_authorized', message, {
    advice: 'Compare the workspace with the join rules of the control plane; see docs/joining.md.',
    ...(cause === undefined ? {} : { cause }),
  });
};
