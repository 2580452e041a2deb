import type { AuditEvent } from './event.js';

type Phased = Pick<AuditEvent, 'id' | 'type' | 'phase' | 'chain_id' | 'seq' | 'correlation_id' | 'agent' | 'detail'>;

export interface OutcomeProblem {
  /**
   * - `no_outcome`: an attempt that nothing answers
   * - `no_attempt`: an outcome of a call that was never announced
   * - `second_attempt`, `second_outcome`: one call, twice
   * - `foreign_chain`: the outcome stands in another boot's chain and does not say that it was recovered
   */
  kind: 'no_outcome' | 'no_attempt' | 'second_attempt' | 'second_outcome' | 'foreign_chain';
  agent_id: string;
  correlation_id: string;
  event_id: string;
}

export interface OutcomeVerdict {
  ok: boolean;
  attempts: number;
  outcomes: number;
  /** At most 100, in the order found. */
  problems: OutcomeProblem[];
}

interface Call {
  attempt?: { id: string; chain: string };
  outcome?: { id: string; chain: string; recovered: boolean };
}

const MAX_PROBLEMS = 100;
const SEPARATOR = '\n';
/** An emitter sends again at most what its cursor had not yet passed, and a call ends within hours: some minutes of a busy installation. */
const SETTLED_KEPT = 50_000;

/**
 * Each attempt has exactly one outcome with the same correlation id by the same emitter; any order of
 * input. Redelivered events (same id) count once. Memory: one entry per call that is open, and the last settled ones.
 */
export class OutcomeVerifier {
  private readonly found: OutcomeVerdict = { ok: true, attempts: 0, outcomes: 0, problems: [] };
  private readonly open = new Map<string, Call>();
  /** Calls of which both have come, so that a second one or a redelivery is known; two generations, of which the older goes. */
  private settled = new Map<string, Call>();
  private settledBefore = new Map<string, Call>();

  add(event: Phased): void {
    if (event.phase === 'single') return;
    const key = `${event.agent.id}${SEPARATOR}${event.correlation_id}`;
    const call = this.open.get(key) ?? this.settled.get(key) ?? this.settledBefore.get(key) ?? {};
    const wasSettled = call.attempt && call.outcome;
    if (event.phase === 'attempt') this.addAttempt(call, event);
    else this.addOutcome(call, event);
    if (!call.attempt || !call.outcome) this.open.set(key, call);
    else if (!wasSettled) this.settle(key, call);
  }

  verdict(): OutcomeVerdict {
    for (const [key, { attempt, outcome }] of this.open) {
      if (attempt) this.reportOf(key, 'no_outcome', attempt.id);
      else if (outcome) this.reportOf(key, 'no_attempt', outcome.id);
    }
    this.open.clear();
    this.found.ok = this.found.problems.length === 0;
    return this.found;
  }

  private settle(key: string, call: Call): void {
    this.open.delete(key);
    const { attempt, outcome } = call;
    if (attempt && outcome && attempt.chain !== outcome.chain && !outcome.recovered)
      this.reportOf(key, 'foreign_chain', outcome.id);
    this.settled.set(key, call);
    if (this.settled.size < SETTLED_KEPT) return;
    this.settledBefore = this.settled;
    this.settled = new Map();
  }

  private addAttempt(call: Call, event: Phased): void {
    if (call.attempt?.id === event.id) return;
    this.found.attempts += 1;
    if (call.attempt) this.report('second_attempt', event);
    else call.attempt = { id: event.id, chain: event.chain_id };
  }

  private addOutcome(call: Call, event: Phased): void {
    if (call.outcome?.id === event.id) return;
    this.found.outcomes += 1;
    if (call.outcome) this.report('second_outcome', event);
    else call.outcome = { id: event.id, chain: event.chain_id, recovered: event.detail?.recovered === true };
  }

  private report(kind: OutcomeProblem['kind'], event: Phased): void {
    this.push({ kind, agent_id: event.agent.id, correlation_id: event.correlation_id, event_id: event.id });
  }

  private reportOf(key: string, kind: OutcomeProblem['kind'], id: string): void {
    const [agentId = '', correlationId = ''] = key.split(SEPARATOR);
    this.push({ kind, agent_id: agentId, correlation_id: correlationId, event_id: id });
  }

  private push(problem: OutcomeProblem): void {
    if (this.found.problems.length < MAX_PROBLEMS) this.found.problems.push(problem);
  }
}

/** @see OutcomeVerifier */
export async function verifyOutcomes(events: AsyncIterable<Phased> | Iterable<Phased>): Promise<OutcomeVerdict> {
  const verifier = new OutcomeVerifier();
  for await (const event of events) verifier.add(event);
  return verifier.verdict();
}
