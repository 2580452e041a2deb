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

export interface RefStep extends OfRef {
  action: 'restore_ref' | 'delete_ref' | 'recreate_ref';
  /** Where it stood before the session; zeros where it was not there. */
  to: string;
}

export interface RevertStep extends OfRef {
  action: 'revert_by_pull';
  segments: Segment[];
  /** The one that the pull request is from. */
  branch: string;
}

export interface ThreadStep {
  action: 'close_pull' | 'reopen_pull' | 'close_issue' | 'reopen_issue';
  repo: string;
  number: number;
}

export interface CommentStep {
  action: 'delete_comment';
  repo: string;
  id: string;
}

export type StepBody = RefStep | RevertStep | ThreadStep | CommentStep;

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
