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

/**
 * Each attempt has exactly one outcome with the same correlation id by the same emitter; any order of
 * input. Redelivered events (same id) count once. Memory: one entry per call.
 */
export async function verifyOutcomes(events: AsyncIterable<Phased> | Iterable<Phased>): Promise<OutcomeVerdict> {
  const verdict: OutcomeVerdict = { ok: true, attempts: 0, outcomes: 0, problems: [] };
  const calls = new Map<string, Call>();
  for await (const event of events) if (event.phase !== 'single') add(calls, event, verdict);
  for (const [key, call] of calls) settle(key, call, verdict);
  verdict.ok = verdict.problems.length === 0;
  return verdict;
}

const SEPARATOR = '\n';

function add(calls: Map<string, Call>, event: Phased, verdict: OutcomeVerdict): void {
  const key = `${event.agent.id}${SEPARATOR}${event.correlation_id}`;
  const call = calls.get(key) ?? {};
  calls.set(key, call);
  if (event.phase === 'attempt') addAttempt(call, event, verdict);
  else addOutcome(call, event, verdict);
}

function addAttempt(call: Call, event: Phased, verdict: OutcomeVerdict): void {
  if (call.attempt?.id === event.id) return;
  verdict.attempts += 1;
  if (call.attempt) report(verdict, 'second_attempt', event);
  else call.attempt = { id: event.id, chain: event.chain_id };
}

function addOutcome(call: Call, event: Phased, verdict: OutcomeVerdict): void {
  if (call.outcome?.id === event.id) return;
  verdict.outcomes += 1;
  if (call.outcome) report(verdict, 'second_outcome', event);
  else call.outcome = { id: event.id, chain: event.chain_id, recovered: event.detail?.recovered === true };
}

function settle(key: string, call: Call, verdict: OutcomeVerdict): void {
  const [agentId = '', correlationId = ''] = key.split(SEPARATOR);
  const problem = (kind: OutcomeProblem['kind'], id: string): void => {
    push(verdict, { kind, agent_id: agentId, correlation_id: correlationId, event_id: id });
  };
  const { attempt, outcome } = call;
  if (attempt && !outcome) problem('no_outcome', attempt.id);
  else if (outcome && !attempt) problem('no_attempt', outcome.id);
  else if (attempt && outcome && attempt.chain !== outcome.chain && !outcome.recovered)
    problem('foreign_chain', outcome.id);
}

function report(verdict: OutcomeVerdict, kind: OutcomeProblem['kind'], event: Phased): void {
  push(verdict, { kind, agent_id: event.agent.id, correlation_id: event.correlation_id, event_id: event.id });
}

function push(verdict: OutcomeVerdict, problem: OutcomeProblem): void {
  if (verdict.problems.length < MAX_PROBLEMS) verdict.problems.push(problem);
}
