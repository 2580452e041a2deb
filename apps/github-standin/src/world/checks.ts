import type { Account } from './model.js';

/** A commit status; the newest of a context counts. */
export interface CommitStatus {
  id: number;
  sha: string;
  context: string;
  state: string;
  description: string | null;
  targetUrl: string | null;
  creator: Account;
  createdAt: string;
}

/** A check run, with what its maker said of it. */
export interface CheckRun {
  id: number;
  headSha: string;
  name: string;
  status: string;
  conclusion: string | null;
  externalId: string;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null };
  startedAt: string;
  completedAt: string | null;
}
