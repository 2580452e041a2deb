import type { GitRepository } from '../git/git-repository.js';
import type { CheckRun, CommitStatus } from './checks.js';

export type AccountType = 'User' | 'Organization' | 'Bot';

export interface Account {
  id: number;
  login: string;
  type: AccountType;
  name: string;
}

export type Level = 'read' | 'write' | 'admin';
/** By permission name of GitHub Apps, e.g. `{ contents: 'write' }`. */
export type Permissions = Record<string, Level>;

export interface Installation {
  id: number;
  account: Account;
  permissions: Permissions;
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Comment {
  id: number;
  author: Account;
  /** Written with a token of the App, its own or one for a person. */
  byApp?: boolean;
  body: string;
  createdAt: string;
  updatedAt: string;
}

export interface Review extends Comment {
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  commit: string;
}

/** What only a pull request has. Branch names are short. */
export interface PullPart {
  id: number;
  base: string;
  head: string;
  /** Follow their branches while the pull request is open. */
  baseSha: string;
  headSha: string;
  draft: boolean;
  merged: { sha: string; by: Account; at: string } | null;
  reviewers: Account[];
  reviews: Review[];
  maintainerCanModify: boolean;
}

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  author: Account;
  state: 'open' | 'closed';
  stateReason: string | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: Account | null;
  labels: Label[];
  assignees: Account[];
  comments: Comment[];
  locked: boolean;
  pull: PullPart | null;
}

export interface Protection {
  /** Pushes that do not come from a merged pull request are refused, from apps too. */
  enforced: boolean;
  settings: Record<string, unknown>;
}

/** Settings kept as they came, so that a call that should have been refused leaves a trace. */
export interface Administration {
  hooks: Map<number, Record<string, unknown>>;
  keys: Map<number, Record<string, unknown>>;
  collaborators: Map<string, string>;
  secrets: Map<string, string>;
  rulesets: Map<number, Record<string, unknown>>;
  dispatches: Record<string, unknown>[];
  topics: string[];
}

export interface ReleaseAsset {
  id: number;
  name: string;
  /** Bytes. */
  size: number;
  contentType: string;
  createdAt: string;
}

export interface LfsLock {
  id: string;
  path: string;
  locked_at: string;
  owner: { name: string };
}

export interface Release {
  id: number;
  tag: string;
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  author: Account;
  createdAt: string;
  assets: ReleaseAsset[];
}

export interface Repository {
  id: number;
  owner: Account;
  name: string;
  private: boolean;
  archived: boolean;
  description: string | null;
  defaultBranch: string;
  git: GitRepository;
  createdAt: string;
  pushedAt: string;
  updatedAt: string;
  nextNumber: number;
  issues: Map<number, Issue>;
  labels: Label[];
  releases: Release[];
  locks: LfsLock[];
  statuses: CommitStatus[];
  checkRuns: CheckRun[];
  protection: Map<string, Protection>;
  administration: Administration;
}

export const fullName = (repository: Pick<Repository, 'owner' | 'name'>): string =>
  `${repository.owner.login}/${repository.name}`;
