import { Injectable } from '@nestjs/common';
import type { FactsNeeded, PolicySet } from '@holdshort/policy';
import { BreakGlassService } from '../policies/break-glass.service.js';
import { costOf } from './call-cost.js';
import type { Verdict } from './combine-outcomes.js';
import { judgePolicies, type CallFacts } from './judge-policies.js';
import { privateSource, SessionTaints } from './session-taints.js';
import { UsageCounters } from './usage-counters.js';

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
    facts.tainted = needs.taint && (privateSource(facts) !== undefined || (await this.taints.has(facts.session.id)));
    facts.breakGlass = needs.breakGlass && (await this.breakGlass.isOpen(facts.session.id));
    const verdict = needs.usage ? await this.judgeCounted(set, facts) : judgePolicies(set, facts);
    if (verdict.effect === 'allow' && !facts.call.dryRun) await this.keep(facts, needs);
    return verdict;
  }

  /** Two calls of one engineer never both take the last place under a cap. */
  private judgeCounted(set: PolicySet, facts: CallFacts): Promise<Verdict> {
    return this.usage.inTurn(facts.session, async (manager) => {
      facts.usage = await this.usage.read(manager, facts.session);
      const verdict = judgePolicies(set, facts);
      if (verdict.effect === 'allow' && !facts.call.dryRun)
        await this.usage.add(manager, facts.session, costOf(facts.call));
      if (verdict.caps.length === 0) return verdict;
      const at = await this.usage.passesAt(manager, facts.session, verdict.caps);
      return { ...verdict, message: `${verdict.message} ${passing(at, facts.now)}` };
    });
  }

  private async keep(facts: CallFacts, needs: FactsNeeded): Promise<void> {
    if (!needs.usage) this.usage.addLater(facts.session, costOf(facts.call));
    const source = privateSource(facts);
    if (source !== undefined) await this.taints.mark(facts.session.id, source);
  }
}

/** e.g. `It will pass again at 2026-11-25T21:43:12Z, in 13 minutes.` Rounded up: asking at that second succeeds. */
function passing(at: Date, now: Date): string {
  const second = new Date(Math.ceil(at.getTime() / 1000) * 1000);
  const minutes = Math.max(1, Math.ceil((second.getTime() - now.getTime()) / 60_000));
  const wait = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return `It will pass again at ${second.toISOString().replace('.000Z', 'Z')}, in ${wait}.`;
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
