import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Obligations, PolicySet } from '@holdshort/policy';
import { approvalUrl } from '../approvals/approval-view.js';
import type { Approval, ApprovalVote } from '../approvals/approval.js';
import { ApprovalsService, type ApprovalUse } from '../approvals/approvals.service.js';
import { countGates } from '../approvals/gate-count.js';
import { GrantsService, type HeldCall } from '../approvals/grants.service.js';
import type { HoldRequest } from '../approvals/hold-request.js';
import { RefStates } from '../credentials/ref-states.service.js';
import { PublicUrl } from '../server/public-url.js';
import type { Verdict } from './combine-outcomes.js';
import { heldEffects } from './held-effects.js';
import { movedPlace, placesOf, seenByPush } from './held-places.js';
import { JudgeCall } from './judge-call.js';
import type { CallFacts } from './judge-policies.js';
import type { Judgement } from './judgement.js';
import { LeaseForCall } from './lease-for-call.js';
import { repositoryName } from './resolve-targets.js';
import { storableText } from './storable.js';

type Allowed = Judgement & { obligations: Obligations };

/** What becomes of a held call: released by an approval of exactly it, refused by a rejection, or waiting. */
@Injectable()
export class ResolveHold {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly approvals: ApprovalsService,
    private readonly grants: GrantsService,
    private readonly leases: LeaseForCall,
    private readonly calls: JudgeCall,
    private readonly refs: RefStates,
    private readonly publicUrl: PublicUrl,
  ) {}

  async resolve(set: PolicySet, facts: CallFacts, held: Verdict): Promise<Judgement> {
    const request = holdRequestOf(set, facts, held);
    const released = await this.release(set, facts, request);
    if (released) return released;
    const rejected = await this.approvals.find(request, 'rejected');
    if (rejected) return rejectedBy(rejected, set.version);
    const granted = await this.releaseByGrant(set, facts, request);
    if (granted) return granted;
    if (facts.call.dryRun) return this.waiting(set, held, undefined, []);
    const known = await this.approvals.find(request, 'pending');
    const pending = known ?? (await this.approvals.open({ ...request, expected: await this.expectedBy(facts) }));
    const votes = await this.approvals.votesOf([pending.id]);
    return this.waiting(set, held, pending, votes.get(pending.id) ?? []);
  }

  /** Undefined where no approval opens the call. */
  private async release(set: PolicySet, facts: CallFacts, request: HoldRequest): Promise<Judgement | undefined> {
    const again = facts.call.dryRun ? undefined : await this.approvals.usedJustNow(request);
    const granted = again?.row ?? (await this.approvals.find(request, 'approved'));
    if (!granted) return undefined;
    return this.withGatesOpen(set, facts, granted.gates, async (allowed) => {
      if (again) return this.opened(allowed, facts, () => Promise.resolve(again.use));
      const moved = movedPlace(granted.expected, await this.refs.of(placesOf(facts)));
      if (moved !== undefined) return this.withdraw(granted, moved, facts, set.version);
      return this.opened(allowed, facts, () => this.approvals.consume(granted.id, request));
    });
  }

  /** Undefined where no standing grant covers every held effect of the call and opens every gate. */
  private async releaseByGrant(set: PolicySet, facts: CallFacts, request: HoldRequest): Promise<Judgement | undefined> {
    const call: HeldCall = { ...request, effects: heldEffects(set, facts) };
    const grants = await this.grants.opening(call);
    if (!grants) return undefined;
    return this.withGatesOpen(set, facts, request.gates, (allowed) =>
      this.opened(allowed, facts, () => this.grants.use(grants, call)),
    );
  }

  /** Judges the call anew, by the policy of now: undefined where it is held all the same; a dry run uses nothing up. */
  private async withGatesOpen(
    set: PolicySet,
    facts: CallFacts,
    gates: readonly { name: string }[],
    go: (allowed: Allowed) => Promise<Judgement | undefined>,
  ): Promise<Judgement | undefined> {
    const names = gates.map(({ name }) => name);
    const verdict = await this.calls.judge(set, facts, names);
    if (verdict.effect === 'deny') return { ...verdict, policyVersion: set.version };
    if (verdict.effect === 'hold') return undefined;
    const reasons = ['approval_granted' as const, ...verdict.reasons];
    const allowed = { ...verdict, reasons, policyVersion: set.version };
    return facts.call.dryRun ? allowed : go(allowed);
  }

  /** The lease comes before the use: failing to get one must not cost the approval. */
  private async opened(
    allowed: Allowed,
    facts: CallFacts,
    consume: () => Promise<ApprovalUse | undefined>,
  ): Promise<Judgement | undefined> {
    const lease = await this.leases.acquire(facts, allowed);
    const approval = await consume();
    return approval ? { ...allowed, approval, ...(lease ? { lease } : {}) } : undefined;
  }

  /** A push says itself what it has seen; for another call GitHub is asked what the approver will be looking at. */
  private expectedBy(facts: CallFacts): Promise<Record<string, string>> {
    return facts.call.push ? Promise.resolve(seenByPush(facts)) : this.refs.of(placesOf(facts));
  }

  /** A push of what GitHub no longer has is refused, as GitHub would; another call is held anew. */
  private async withdraw(
    granted: Approval,
    moved: string,
    { call }: CallFacts,
    policyVersion: string,
  ): Promise<Judgement | undefined> {
    await this.approvals.withdraw(granted.id, moved, storableText(call.correlationId));
    if (!call.push) return undefined;
    const message = `The approval no longer applies: ${moved} since it was asked for. Fetch, integrate what is new, and push again.`;
    return { effect: 'deny', reasons: ['approval_expired'], message, policies: granted.policies, policyVersion };
  }

  private waiting(set: PolicySet, held: Verdict, row: Approval | undefined, votes: ApprovalVote[]): Judgement {
    const gates = countGates(row?.gates ?? heldGates(held), votes);
    return {
      effect: 'hold',
      reasons: held.reasons,
      message: held.message,
      policies: held.policies,
      policyVersion: set.version,
      hold: {
        approvalId: row?.id ?? '',
        url: row ? approvalUrl(this.publicUrl.value, row.id) : '',
        gates,
        expiresAt: row?.expiresAt.toISOString() ?? '',
      },
    };
  }
}

const heldGates = (held: Verdict) =>
  held.gates.map(({ name, approvers, required, message }) => ({ name, approvers, required, message }));

function rejectedBy(row: Approval, policyVersion: string): Judgement {
  return {
    effect: 'deny',
    reasons: ['approval_rejected'],
    message: `${row.rejectedBy ?? 'A reviewer'} refused this call: ${row.reason ?? ''} Change it and ask again; working around the refusal is not the way.`,
    policies: row.policies,
    policyVersion,
  };
}

function holdRequestOf(set: PolicySet, { call, session, targets }: CallFacts, held: Verdict): HoldRequest {
  const refs = (call.push?.refs ?? []).map((ref) => ({
    ref: storableText(ref.ref),
    old: ref.oldId,
    new: ref.newId,
    kind: ref.kind,
    paths: ref.changedPaths.map(storableText),
  }));
  return {
    session,
    surface: call.operation.surface,
    operation: storableText(call.operation.id),
    repo: targetName(targets),
    refs,
    authors: authorsOf(call.push),
    findings: [...call.foundAt],
    digest: call.digest,
    expected: {},
    policyVersion: set.version,
    policies: held.policies,
    gates: heldGates(held),
    expiresSeconds: Math.min(...held.gates.map((gate) => gate.expiresSeconds)),
    correlationId: storableText(call.correlationId),
    requestId: storableText(call.requestId),
  };
}

/** @throws HoldshortError `request_too_large` where they are too many to know who may approve */
function authorsOf(push: CallFacts['call']['push']): string[] {
  if (push?.authorsTruncated)
    throw new HoldshortError('request_too_large', 'The push has commits of more people than an approval can exclude.', {
      advice: 'Push fewer commits at a time.',
    });
  return [...new Set((push?.authorEmails ?? []).map((email) => storableText(email).toLowerCase()))].sort();
}

/** owner/name of all repositories of the call, sorted. */
export const targetName = (targets: CallFacts['targets']): string =>
  [...new Set(targets.flatMap((target) => repositoryName(target) ?? []))].sort().join(',');
