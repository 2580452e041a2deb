import { randomUUID } from 'node:crypto';
import { agentV1 } from '@holdshort/contracts';
import { HoldshortError, toHoldshortError, type ReasonCode } from '@holdshort/errors';
import { encodeSideband } from '@holdshort/git-wire';
import { fromGrpcError } from '@holdshort/grpc';
import type { HoldEnd } from '../admin/metrics-table.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { showHeld } from '../held/show-held.js';
import { RESULT_HEADERS } from '../respond/git-refusal.js';
import { ask, denied } from './request-decision.js';

/** Stock git shows each side-band packet as it comes; more often than once a second only scrolls. */
const PROGRESS_MS = 1_000;
const RETRY_MS = 1_000;

/**
 * Waits for people. A git push waits for the hold window with progress, other calls for a short one. Afterwards
 * policy is asked again with the same digest: only that answer, under the policy then in force, lets the call go on.
 */
export async function awaitApproval(exchange: Exchange, agent: AgentContext): Promise<void> {
  const hold = exchange.decision?.effect === agentV1.Effect.EFFECT_HOLD ? exchange.decision.hold : undefined;
  if (!hold) return;
  const isPush = exchange.push !== undefined && exchange.push.commands.sideband !== 'none';
  const seconds = isPush ? agent.settings.holdWindowSeconds : agent.settings.apiHoldSeconds;
  const progress = isPush ? showProgress(exchange, hold) : undefined;
  const began = Date.now();
  const decided = new AbortController();
  const shown = showHeld(exchange, agent, hold, AbortSignal.any([decided.signal, exchange.clientGone]));
  let end: HoldEnd = 'approved';
  try {
    await agent.tracing.run('wait for people', {}, () =>
      untilApproved(exchange, agent, hold, AbortSignal.timeout(seconds * 1000)),
    );
  } catch (thrown) {
    end = HOLD_ENDS[toHoldshortError(thrown).code] ?? 'failed';
    throw thrown;
  } finally {
    clearInterval(progress);
    decided.abort();
    // it reads the pack, which is gone after this call
    await shown;
    agent.metrics.held(end, Date.now() - began);
  }
  exchange.decision = await askUntilAnswered(exchange, agent);
  if (exchange.decision.effect === agentV1.Effect.EFFECT_DENY) throw denied(exchange.decision);
  if (exchange.decision.effect === agentV1.Effect.EFFECT_HOLD) throw stillHeld(exchange.decision.hold ?? hold);
}

const HOLD_ENDS: Partial<Record<ReasonCode, HoldEnd>> = {
  approval_rejected: 'rejected',
  approval_expired: 'expired',
  approval_required: 'still_held',
  client_gone: 'client_gone',
};

/** A replica that dies now is replaced by another within this; a control plane that is away longer ends the call. */
const ANSWER_WITHIN_MS = 15_000;

/**
 * The call has waited for people, so a line that breaks now must not cost it. Asking again is safe: an approval that
 * the lost answer used up opens the same call again, known by the request id.
 */
async function askUntilAnswered(exchange: Exchange, agent: AgentContext): Promise<agentV1.DecideResponse> {
  const requestId = randomUUID();
  const deadline = Date.now() + ANSWER_WITHIN_MS;
  for (;;) {
    try {
      return await ask(exchange, agent, requestId);
    } catch (error) {
      const lost = error instanceof HoldshortError && error.code === 'control_plane_unreachable';
      if (!lost || exchange.clientGone.aborted || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS / 2));
    }
  }
}

function showProgress(exchange: Exchange, hold: agentV1.Hold): NodeJS.Timeout {
  exchange.holding = true;
  exchange.answer.start(200, RESULT_HEADERS);
  let seconds = 0;
  const say = (text: string): void => {
    exchange.answer.progress(encodeSideband(2, text));
  };
  for (const gate of hold.gates) say(`holdshort: ${gate.message}\n`);
  const waiting = hold.gates
    .map(({ required, granted, approvers }) => `${required - granted} of group ${approvers}`)
    .join(', ');
  say(`holdshort: waiting for ${waiting}: ${hold.url}\n`);
  return setInterval(() => {
    seconds += 1;
    say(`holdshort: waiting for ${waiting} (${seconds} s)\r`);
  }, PROGRESS_MS);
}

async function untilApproved(
  exchange: Exchange,
  agent: AgentContext,
  hold: agentV1.Hold,
  window: AbortSignal,
): Promise<void> {
  const over = AbortSignal.any([window, exchange.clientGone]);
  while (!over.aborted) {
    const state = await lastState(agent, hold.approvalId, over);
    if (state?.state === agentV1.ApprovalState.APPROVAL_STATE_APPROVED) return;
    if (state?.state === agentV1.ApprovalState.APPROVAL_STATE_REJECTED) throw rejected(state);
    if (state && state.state !== agentV1.ApprovalState.APPROVAL_STATE_PENDING) throw expired();
    // the line to the control plane broke; the approval is not lost with it
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  if (exchange.clientGone.aborted) throw new HoldshortError('client_gone', 'The client left while the call was held.');
  throw stillHeld(hold);
}

/** What the control plane answers to a wait that is over; everything else is a broken line. */
const ENDS_THE_HOLD: ReadonlySet<ReasonCode> = new Set([
  'kill_switch',
  'not_authenticated',
  'not_found',
  'session_ended',
  'session_unknown',
]);

async function lastState(
  agent: AgentContext,
  approvalId: string,
  over: AbortSignal,
): Promise<agentV1.AwaitApprovalResponse | undefined> {
  let last: agentV1.AwaitApprovalResponse | undefined;
  try {
    for await (const state of agent.control.awaitApproval(approvalId, over)) {
      last = state;
      if (state.state !== agentV1.ApprovalState.APPROVAL_STATE_PENDING) break;
    }
  } catch (error) {
    const refusal = fromGrpcError(error);
    if (ENDS_THE_HOLD.has(refusal.code)) throw refusal;
    agent.logger.debug({ err: error, approval_id: approvalId }, 'waiting for an approval was interrupted');
  }
  return last;
}

const rejected = ({ rejectedBy, reason }: agentV1.AwaitApprovalResponse): HoldshortError =>
  new HoldshortError('approval_rejected', `${rejectedBy} refused the approval: ${reason}`, {
    advice: 'Change what was refused and try again; the same call needs a new approval.',
  });

const expired = (): HoldshortError =>
  new HoldshortError('approval_expired', 'The approval expired or was used before this call could go on.', {
    advice: 'Repeat the call to ask again.',
  });

const stillHeld = (hold: agentV1.Hold): HoldshortError => {
  const gates = hold.gates
    .map(({ required, granted, approvers }) => `${required - granted} of group ${approvers}`)
    .join(', ');
  return new HoldshortError('approval_required', `This call needs approval by ${gates}: ${hold.url}`, {
    advice: 'Ask for the approval, then repeat exactly this call: it will go straight through.',
  });
};
