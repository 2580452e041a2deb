import { unprocessable } from '../http/github-error.js';
import type { Account, Issue, Repository } from './model.js';
import { pullsOf, type Pull } from './pull-state.js';
import type { World } from './world.js';

export interface NewIssue {
  title: string;
  body: string | null;
  author: Account;
  labels?: string[];
  assignees?: string[];
}

export interface NewPull extends NewIssue {
  base: string;
  /** A branch, or `owner:branch`. */
  head: string;
  draft: boolean;
  maintainerCanModify: boolean;
}

/** Labels by name; unknown ones come into being, as GitHub's issue interface does it. */
export function labelsNamed(world: World, repository: Repository, names: readonly string[]): Issue['labels'] {
  return names.map((name) => {
    const known = repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
    if (known) return known;
    const label = { id: world.newId(), name, color: 'ededed', description: null };
    repository.labels.push(label);
    return label;
  });
}

export function openIssue(world: World, repository: Repository, wanted: NewIssue): Issue {
  const now = new Date().toISOString();
  const issue: Issue = {
    id: world.newId(),
    number: repository.nextNumber,
    title: wanted.title,
    body: wanted.body,
    author: wanted.author,
    state: 'open',
    stateReason: null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    labels: labelsNamed(world, repository, wanted.labels ?? []),
    assignees: (wanted.assignees ?? []).map((login) => world.account(login)),
    comments: [],
    locked: false,
    pull: null,
  };
  repository.nextNumber += 1;
  repository.issues.set(issue.number, issue);
  return issue;
}

const invalid = (field: string, code: string, message?: string): Error =>
  unprocessable('Validation Failed', [{ resource: 'PullRequest', field, code, ...(message ? { message } : {}) }]);

/** The head's branch within this repository; forks are not part of the stand-in. */
function headBranch(repository: Repository, head: string): string {
  const colon = head.indexOf(':');
  if (colon < 0) return head;
  if (head.slice(0, colon).toLowerCase() !== repository.owner.login.toLowerCase()) throw invalid('head', 'invalid');
  return head.slice(colon + 1);
}

/** @throws GitHubError 422 for missing branches, nothing to merge, or a second pull request for the same head */
export async function openPull(world: World, repository: Repository, wanted: NewPull): Promise<Pull> {
  const branch = headBranch(repository, wanted.head);
  const base = await repository.git.refTarget(`refs/heads/${wanted.base}`);
  const head = await repository.git.refTarget(`refs/heads/${branch}`);
  if (!base) throw invalid('base', 'invalid');
  if (!head) throw invalid('head', 'invalid');
  const same = pullsOf(repository).find(
    ({ state, pull }) => state === 'open' && pull.head === branch && pull.base === wanted.base,
  );
  const owner = repository.owner.login;
  if (same) throw invalid('', 'custom', `A pull request already exists for ${owner}:${branch}.`);
  if (await repository.git.isAncestor(head.id, base.id)) {
    throw invalid('', 'custom', `No commits between ${wanted.base} and ${branch}`);
  }
  const issue = openIssue(world, repository, wanted);
  issue.pull = {
    id: world.newId(),
    base: wanted.base,
    head: branch,
    baseSha: base.id,
    headSha: head.id,
    draft: wanted.draft,
    merged: null,
    reviewers: [],
    reviews: [],
    maintainerCanModify: wanted.maintainerCanModify,
  };
  await repository.git.setRef(`refs/pull/${String(issue.number)}/head`, head.id);
  return issue as Pull;
}
