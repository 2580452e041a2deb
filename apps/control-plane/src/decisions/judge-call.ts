import { Injectable } from '@nestjs/common';
import { noUsage, type FactsNeeded, type PolicySet } from '@holdshort/policy';
import { passesAgain } from '../passes-again.js';
import { BreakGlassService } from '../policies/break-glass.service.js';
import { costOf } from './call-cost.js';
import type { Verdict } from './combine-outcomes.js';
import { judgePolicies, type CallFacts } from './judge-policies.js';
import { privateSource, SessionTaints } from './session-taints.js';
import { UsageCounters } from './usage-counters.js';

const NOTHING_USED = { session: noUsage(), engineer: noUsage() };

/** Asks policy about a call with the facts that the control plane keeps, and keeps what an allow adds to them. */
@Injectable()
export class JudgeCall {
  constructor(
    private readonly usage: UsageCounters,
    private readonly taints: SessionTaints,
    private readonly breakGlass: BreakGlassService,
  ) {}

  /** @param gatesOpen that approvals of exactly this call have opened */
  async judge(set: PolicySet, facts: CallFacts, gatesOpen: string[]): Promise<Verdict> {
    const needs = needsOf(set, facts);
    facts.gatesOpen = gatesOpen;
    const { id } = facts.session;
    [facts.tainted, facts.breakGlass] = await Promise.all([
      needs.taint && (privateSource(facts) !== undefined || this.taints.has(id)),
      needs.breakGlass && this.breakGlass.isOpen(id),
    ]);
    const verdict = needs.usage ? await this.judgeCounted(set, facts) : judgePolicies(set, facts);
    if (verdict.effect === 'allow' && !facts.call.dryRun) await this.keep(facts, needs);
    return verdict;
  }

  /**
   * Two calls of one engineer never both take the last place under a cap. A call that is allowed while nothing is used up
   * is counted first, which takes one question to the database instead of five; where a cap then stands against it, that is
   * undone and all is looked at in turn.
   */
  private async judgeCounted(set: PolicySet, facts: CallFacts): Promise<Verdict> {
    if (!facts.call.dryRun && judgePolicies(set, { ...facts, usage: NOTHING_USED }).effect === 'allow') {
      const taken = await this.usage.take(facts.session, costOf(facts.call));
      facts.usage = taken.before;
      const verdict = judgePolicies(set, facts);
      if (verdict.effect === 'allow') return verdict;
      await taken.putBack();
    }
    return this.judgeInTurn(set, facts);
  }

  private judgeInTurn(set: PolicySet, facts: CallFacts): Promise<Verdict> {
    return this.usage.inTurn(facts.session, async (manager) => {
      facts.usage = await this.usage.read(manager, facts.session);
      const verdict = judgePolicies(set, facts);
      if (verdict.effect === 'allow' && !facts.call.dryRun)
        await this.usage.add(manager, facts.session, costOf(facts.call));
      if (verdict.caps.length === 0) return verdict;
      const at = await this.usage.passesAt(manager, facts.session, verdict.caps);
      return { ...verdict, message: `${verdict.message} ${passesAgain(at, facts.now)}` };
    });
  }

  private async keep(facts: CallFacts, needs: FactsNeeded): Promise<void> {
    if (!needs.usage) this.usage.addLater(facts.session, costOf(facts.call));
    const source = privateSource(facts);
    if (source !== undefined) await this.taints.mark(facts.session.id, source);
  }
}

/** What any intent of the call needs, the whole call needs. */
function needsOf(set: PolicySet, { targets }: CallFacts): FactsNeeded {
  const all = targets.map(({ intent }) => set.needs(intent.action));
  return {
    usage: all.some(({ usage }) => usage),
    taint: all.some(({ taint }) => taint),
    breakGlass: all.some(({ breakGlass }) => breakGlass),
  };
}
