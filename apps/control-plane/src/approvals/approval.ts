import type { Plain } from '../database/plain.js';
import type { ApprovalVoteEntity } from './approval-vote.entity.js';
import type { ApprovalEntity } from './approval.entity.js';

/** A held call waiting for people, as other features see it. */
export type Approval = Plain<ApprovalEntity>;

/** One person's answer to it. */
export type ApprovalVote = Plain<ApprovalVoteEntity>;
