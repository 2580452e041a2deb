import type { HeldGate } from './approval.entity.js';
import type { ApprovalVoteEntity } from './approval-vote.entity.js';

export interface CountedGate extends HeldGate {
  granted: number;
}

type Vote = Pick<ApprovalVoteEntity, 'groups' | 'effect'>;

/** How many approvals each gate has; a vote counts for every gate whose approvers the voter belonged to. */
export const countGates = (gates: readonly HeldGate[], votes: readonly Vote[]): CountedGate[] =>
  gates.map((gate) => ({
    ...gate,
    granted: votes.filter((vote) => vote.effect === 'approve' && vote.groups.includes(gate.approvers)).length,
  }));

/** A hold without gates is a fault, and never open. */
export const areOpen = (gates: readonly CountedGate[]): boolean =>
  gates.length > 0 && gates.every((gate) => gate.granted >= gate.required && gate.required > 0);
