import { GitHubError, unprocessable } from '../http/github-error.js';
import type { Repository } from './model.js';

export interface RefChange {
  ref: string;
  /** `null` for a new ref. */
  old: string | null;
  /** `null` deletes. */
  next: string | null;
  force: boolean;
  /** The caller's token has `workflows: write`. */
  workflows: boolean;
  /** The change is a merge of a pull request: protection asks for nothing more. */
  merge?: boolean;
}

async function touchesWorkflows(repository: Repository, commit: string): Promise<boolean> {
  const range = ['rev-list', '--full-history', '--max-count=1', commit, '--not', '--all', '--', '.github/workflows'];
  return (await repository.git.text(range)) !== '';
}

/** @throws GitHubError what GitHub says where branch protection forbids the change */
async function checkProtection(repository: Repository, change: RefChange): Promise<void> {
  const protection = repository.protection.get(change.ref.replace('refs/heads/', ''));
  if (!protection || change.old === null) return;
  if (change.next === null) throw unprocessable('Cannot delete this protected branch');
  if (!(await repository.git.isAncestor(change.old, change.next))) {
    throw unprocessable('Cannot force-push to this branch');
  }
  if (protection.enforced && !change.merge) {
    throw new GitHubError(409, 'Could not update the branch: Changes must be made through a pull request.');
  }
}

/**
 * Moves a ref as every REST and GraphQL write does, under the rules a push has.
 * @throws GitHubError 422 where it is no fast-forward, 403 for workflow files without the permission, 409 by protection
 */
export async function moveRef(repository: Repository, change: RefChange): Promise<void> {
  const { ref, old, next } = change;
  await checkProtection(repository, change);
  if (next !== null && !change.workflows && (await touchesWorkflows(repository, next))) {
    throw new GitHubError(403, 'Resource not accessible by integration');
  }
  if (old !== null && next !== null && !change.force && !(await repository.git.isAncestor(old, next))) {
    throw unprocessable('Update is not a fast forward');
  }
  if (next === null && ref === `refs/heads/${repository.defaultBranch}`) {
    throw unprocessable('Cannot delete the default branch');
  }
  await repository.git.setRef(ref, next, old);
}
