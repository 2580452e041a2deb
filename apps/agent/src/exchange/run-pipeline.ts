import { HoldshortError, toHoldshortError, type ReasonCode } from '@holdshort/errors';
import { outcomeDraft, outcomeOf } from '../audit/call-events.js';
import { recordWhenPossible } from '../audit/owed-outcomes.js';
import { recordOutcome } from '../steps/record-outcome.js';
import { words } from '../respond/api-refusal.js';
import { refuse } from '../respond/refuse.js';
import type { AgentContext } from './agent-context.js';
import type { Exchange } from './exchange.js';
import { FORWARDING, PIPELINES, type PipelineName, type Step } from './pipelines.js';

/** Takes one call through its pipeline. Never throws: whatever goes wrong becomes a recorded refusal. */
export async function runPipeline(name: PipelineName, exchange: Exchange, agent: AgentContext): Promise<void> {
  try {
    for (const step of PIPELINES[name]) await take(step, exchange, agent);
    exchange.answer.complete();
  } catch (thrown) {
    exchange.error = exchange.clientGone.aborted ? clientGone(thrown) : toHoldshortError(thrown);
    if (exchange.error.code === 'internal_error') {
      agent.logger.error({ err: thrown, correlation_id: exchange.correlationId }, 'a step failed');
    }
  }
  await finish(exchange, agent);
}

/** What goes to GitHub has a span of its own. */
const take = (step: Step, exchange: Exchange, agent: AgentContext): Promise<void> =>
  FORWARDING.has(step)
    ? agent.tracing.run('forward to GitHub', { kind: 'client' }, () => step(exchange, agent))
    : step(exchange, agent);

/** What a client's leaving does to a step, rather than a verdict or a fault of its own. */
const LEFT: ReadonlySet<ReasonCode> = new Set(['internal_error', 'upstream_unreachable']);

const clientGone = (cause: unknown): HoldshortError =>
  cause instanceof HoldshortError && !LEFT.has(cause.code)
    ? cause
    : new HoldshortError('client_gone', 'The client closed the connection before the call ended.', { cause });

async function finish(exchange: Exchange, agent: AgentContext): Promise<void> {
  try {
    await recordOutcome(exchange, agent);
  } catch (thrown) {
    unrecorded(exchange, agent, thrown);
  }
  if (exchange.error) refuseAll(exchange, exchange.error, agent);
  else exchange.answer.release();
  countCall(exchange, agent);
  for (const cleanup of exchange.cleanups) {
    await cleanup().catch((error: unknown) => {
      agent.logger.warn({ err: error, correlation_id: exchange.correlationId }, 'cleaning up after a call failed');
    });
  }
}

function countCall(exchange: Exchange, agent: AgentContext): void {
  const { surface, class: grade } = exchange.operation;
  const code = exchange.error?.code;
  const outcome = outcomeOf(exchange);
  agent.metrics.ended({ surface, class: grade, outcome, code, took: performance.now() - exchange.startedAt });
  exchange.span?.set({
    'holdshort.correlation_id': exchange.correlationId,
    'holdshort.surface': surface,
    'holdshort.class': grade,
    'holdshort.outcome': outcome,
    'holdshort.code': code,
    'http.response.status_code': exchange.answer.status > 0 ? exchange.answer.status : undefined,
  });
}

/** git-lfs repeats an upload that is refused, asking for a new address each time; the next question then ends it. */
function refuseAll(exchange: Exchange, error: HoldshortError, agent: AgentContext): void {
  const { capability } = exchange;
  const isVerdict = error.code === 'policy_forbids' || error.code === 'approval_rejected';
  if (capability?.method === 'PUT' && isVerdict) agent.capabilities.refuse(capability, words(exchange, error));
  refuse(exchange, error);
}

/**
 * The outcome is not on disk. A call without an attempt there (a read, a model call) is then withheld (its last byte has not gone out yet). A write that
 * GitHub has already accepted is reported as it happened: its attempt is on disk, its outcome follows when the disk takes it.
 */
function unrecorded(exchange: Exchange, agent: AgentContext, thrown: unknown): void {
  agent.logger.error({ err: thrown, correlation_id: exchange.correlationId }, 'the outcome could not be recorded');
  if (exchange.attempt) void recordWhenPossible(agent, outcomeDraft(exchange));
  else exchange.error ??= toHoldshortError(thrown);
}
