import { agentV1 } from '@holdshort/contracts';
import { HoldshortError, toHoldshortError, type ReasonCode } from '@holdshort/errors';
import type { Target } from '@holdshort/github-operations';
import type { Obligations } from '@holdshort/policy';
import type { ApprovalUse } from '../approvals/approvals.service.js';
import { tokenSha256Base64, type HeldLease } from '../credentials/held-lease.js';

/** What is decided of one call, and what goes with it. */
export interface Judgement {
  effect: 'allow' | 'deny' | 'hold';
  reasons: ReasonCode[];
  message: string;
  policies: string[];
  policyVersion: string;
  obligations?: Obligations;
  cacheableSeconds?: number;
  hold?: agentV1.Hold;
  lease?: HeldLease;
  approval?: ApprovalUse;
  /** What the call would have been, had the policy been in force where it only observes. */
  observed?: 'deny' | 'hold';
  /** The first target with the names that GitHub uses. */
  target?: Target;
}

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_HOLD } = agentV1.Effect;
const EFFECTS: Record<Judgement['effect'], agentV1.Effect> = {
  allow: EFFECT_ALLOW,
  deny: EFFECT_DENY,
  hold: EFFECT_HOLD,
};

export const effectName = (effect: agentV1.Effect): Judgement['effect'] =>
  effect === EFFECTS.allow ? 'allow' : effect === EFFECTS.hold ? 'hold' : 'deny';

/** Whatever went wrong while deciding is a deny that says so, never silence. */
export function denyFor(thrown: unknown, policyVersion: string): Judgement {
  const error: HoldshortError = toHoldshortError(thrown);
  const message = error.advice === undefined ? error.message : `${error.message} ${error.advice}`;
  return { effect: 'deny', reasons: [error.code], message, policies: [], policyVersion };
}

/** A judgement in the words of the protocol. */
export function toResponse(requestId: string, decisionId: string, judgement: Judgement): agentV1.DecideResponse {
  const { obligations, lease, approval, target } = judgement;
  return {
    requestId,
    decisionId,
    effect: EFFECTS[judgement.effect],
    reasonCodes: judgement.reasons,
    message: judgement.message,
    determiningPolicies: judgement.policies,
    policyVersion: judgement.policyVersion,
    cacheableSeconds: judgement.cacheableSeconds ?? 0,
    ...(judgement.hold ? { hold: judgement.hold } : {}),
    ...(obligations ? { obligations: toProtoObligations(obligations) } : {}),
    ...(lease ? { lease: toProtoLease(lease) } : {}),
    ...(approval ? { approval: { ...approval, approvedAt: approval.approvedAt.toISOString() } } : {}),
    ...(target ? { resolvedTarget: toProtoTarget(target) } : {}),
  };
}

const toProtoObligations = (obligations: Obligations): agentV1.Obligations => ({
  maskFields: obligations.maskFields,
  maskDetectors: obligations.maskDetectors,
  tokenTtlSeconds: obligations.tokenTtlSeconds ?? 0,
  tokenPermissions: obligations.tokenPermissions ?? {},
});

const toProtoLease = (lease: HeldLease): agentV1.Lease => ({
  id: lease.id,
  token: lease.token,
  tokenSha256Base64: tokenSha256Base64(lease.token),
  expiresAt: lease.expiresAt.toISOString(),
  permissions: lease.permissions,
  repositories: lease.repositories,
  kind: lease.kind,
});

const toProtoTarget = (target: Target): agentV1.Target => ({
  owner: target.owner ?? '',
  repo: target.repo ?? '',
  repositoryId: target.repositoryId ?? '',
  nodeId: target.nodeId ?? '',
  ref: target.ref ?? '',
  paths: target.paths ?? [],
  number: target.number ?? 0,
  account: target.account ?? false,
});

/** The answer to an agent that may no longer ask, or of which that cannot be told. */
export const agentRevoked = (requestId: string): agentV1.DecideResponse =>
  toResponse(requestId, '', {
    effect: 'deny',
    reasons: ['not_authenticated'],
    message: 'The agent of this workspace is not known or was revoked.',
    policies: [],
    policyVersion: '',
  });
