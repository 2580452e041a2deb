import { Inject, Injectable } from '@nestjs/common';
import type { agentV1 } from '@holdshort/contracts';
import { toHoldshortError } from '@holdshort/errors';
import { isModelCall, isRead, type Operation } from '@holdshort/github-operations';
import type { PolicySet } from '@holdshort/policy';
import type { Logger } from '@holdshort/telemetry';
import { CLOCK, type Clock } from '../clock.js';
import { LOGGER } from '../logger.js';
import { PoliciesService } from '../policies/policies.service.js';
import { newId } from '../random-id.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { DecisionLog } from './decision-log.js';
import { decisionRow, type Asked } from './decision-row.js';
import { JudgeCall } from './judge-call.js';
import type { CallFacts } from './judge-policies.js';
import { denyFor, toResponse, type Judgement } from './judgement.js';
import { LeaseForCall } from './lease-for-call.js';
import { readRequest } from './read-request.js';
import { ResolveHold } from './resolve-hold.js';
import { ResolveTargets } from './resolve-targets.js';

/** A cached allow must not outlive this, whatever policy says: revocations reach the agent within it anyway. */
const CACHE_LIMIT_S = 60;

/** Where it is decided whether a call may go ahead. Every question gets one answer; a fault is a refusal. */
@Injectable()
export class DecideService {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly sessions: SessionsService,
    private readonly targets: ResolveTargets,
    private readonly policies: PoliciesService,
    private readonly calls: JudgeCall,
    private readonly holds: ResolveHold,
    private readonly leases: LeaseForCall,
    private readonly log: DecisionLog,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async decide(request: agentV1.DecideRequest, agentId: string): Promise<agentV1.DecideResponse> {
    const asked: Asked = { id: newId('dec'), agentId, request, facts: undefined };
    const judgement = await this.judgeAndRecord(asked).catch((error: unknown) => this.refuse(asked, error));
    return toResponse(request.requestId, asked.id, judgement);
  }

  private async judgeAndRecord(asked: Asked): Promise<Judgement> {
    this.log.requireRoom();
    const judgement = await this.judge(asked);
    // people will look at a hold, so it is stored before the answer; the others follow within milliseconds
    if (judgement.effect === 'hold') await this.log.store(decisionRow(asked, judgement, this.now()));
    else this.log.add(decisionRow(asked, judgement, this.now()));
    return judgement;
  }

  private async judge(asked: Asked): Promise<Judgement> {
    const call = readRequest(asked.request);
    const session = await this.sessions.requireLive(call.sessionId, asked.agentId);
    const facts: CallFacts = { call, session, targets: await this.targets.resolve(call.operation), now: this.now() };
    asked.facts = facts;
    return { ...(await this.judgeInForce(facts)), ...targetOf(facts) };
  }

  /** Where another policy came into force between the judgement and the lease, that one is asked; once. */
  private async judgeInForce(facts: CallFacts): Promise<Judgement> {
    try {
      return await this.judgeFacts(this.policies.current(), facts);
    } catch (error) {
      if (toHoldshortError(error).code !== 'policy_changed') throw error;
      await this.policies.reload();
      return this.judgeFacts(this.policies.current(), facts);
    }
  }

  private async judgeFacts(set: PolicySet, facts: CallFacts): Promise<Judgement> {
    const verdict = await this.calls.judge(set, facts, []);
    if (verdict.effect === 'hold') return this.holds.resolve(set, facts, verdict);
    if (verdict.effect === 'deny') return { ...verdict, policyVersion: set.version };
    const allowed = { ...verdict, policyVersion: set.version };
    const lease = facts.call.dryRun ? undefined : await this.leases.acquire(facts, allowed);
    return {
      ...allowed,
      cacheableSeconds: isCacheable(set, facts.call.operation)
        ? Math.min(verdict.obligations.cacheableSeconds ?? 0, CACHE_LIMIT_S)
        : 0,
      ...(lease ? { lease } : {}),
    };
  }

  private refuse(asked: Asked, error: unknown): Judgement {
    const judgement = { ...denyFor(error, this.versionOrNone()), ...(asked.facts ? targetOf(asked.facts) : {}) };
    const ids = { decision_id: asked.id, correlation_id: asked.request.correlationId };
    if (toHoldshortError(error).code === 'internal_error')
      this.logger.error({ err: error, ...ids }, 'decision failed; refused');
    else this.logger.debug({ err: error, ...ids }, 'refused');
    if (!judgement.reasons.includes('audit_unavailable')) this.log.add(decisionRow(asked, judgement, this.now()));
    return judgement;
  }

  private versionOrNone(): string {
    try {
      return this.policies.current().version;
    } catch {
      return ''; // no policy is in force, which the refusal says already
    }
  }
}

/**
 * Whether the agent may answer the same call by itself for a while. What it lets through to models is not counted and
 * looks at no fact that is kept here, so then no policy may look at either.
 */
function isCacheable(set: PolicySet, operation: Operation): boolean {
  if (!isModelCall(operation)) return isRead(operation);
  const { usage, taint, breakGlass } = set.needs('model.call');
  return !usage && !taint && !breakGlass && !set.counts('calls');
}

function targetOf({ targets }: CallFacts): Pick<Judgement, 'target'> {
  const [first] = targets;
  return first ? { target: first.intent.target } : {};
}
