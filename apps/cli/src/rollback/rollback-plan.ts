import type { EventEffect } from '@holdshort/audit-events';

/** One thing that a session did at GitHub. */
export interface SessionEffect {
  at: string;
  /** Correlation id of the call. */
  call: string;
  operation: string;
  /** owner/name */
  repo: string;
  effect: EventEffect;
}

/** A write of which the trail does not say what it did, or that is nothing Holdshort undoes. */
export interface Untold extends Omit<SessionEffect, 'effect'> {
  why: string;
}

/** Commits of the session that are still in a branch: from where it was moved, to where. */
export interface Segment {
  old: string;
  new: string;
}

interface OfRef {
  repo: string;
  /** Full name. */
  ref: string;
  /** Where it must stand for the step to be done; zeros where it must not be there. */
  from: string;
}

interface OfThread {
  repo: string;
  number: number;
}

export type StepBody =
  | ({ action: 'restore_ref' | 'delete_ref' | 'recreate_ref'; to: string } & OfRef)
  | ({ action: 'revert_by_pull'; segments: Segment[]; branch: string } & OfRef)
  | ({ action: 'close_pull' | 'reopen_pull' | 'close_issue' | 'reopen_issue' } & OfThread)
  | { action: 'delete_comment'; repo: string; id: string };

export type Step = StepBody & {
  /** From 1, in the order in which they are done. */
  n: number;
  /** What others built on top of what is undone. */
  others: string[];
};

/** What becomes of some effects: a step, or the reason why there is none. */
export type Verdict = { step: StepBody; others?: string[] } | { kept: string };

export interface PlannedEffect {
  at: string;
  call: string;
  operation: string;
  repo: string;
  /** What was done, in words. */
  what: string;
  /** The step that undoes it. */
  step?: number;
  /** Why nothing undoes it. */
  kept?: string;
}

export interface RollbackPlan {
  undoes: string;
  effects: PlannedEffect[];
  steps: Step[];
}

/** What became of a step. */
export interface StepResult {
  n: number;
  done: boolean;
  /** Why not. */
  why?: string;
  /** Number of the pull request that was opened. */
  pull?: number;
}

export const isZero = (id: string | undefined): boolean => id !== undefined && /^0+$/.test(id);
export const NO_OBJECT = '0'.repeat(40);
export const BRANCHES = 'refs/heads/';
export const branchOf = (ref: string): string => ref.slice(BRANCHES.length);
