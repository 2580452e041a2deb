import type { Signature } from '../git/fast-import.js';
import { GitHubError } from '../http/github-error.js';
import type { Account, Repository } from './model.js';
import { moveRef } from './ref-rules.js';

export interface FileChanges {
  /** Short name; a branch of an empty repository is made. */
  branch: string;
  message: string;
  author: Signature;
  committer?: Signature;
  /** `null` deletes. */
  files: Record<string, Buffer | null>;
  workflows: boolean;
}

const WEB_FLOW: Omit<Signature, 'time'> = { name: 'GitHub', email: 'noreply@github.com' };

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** GitHub's own signature on what it commits for somebody. */
export const webFlow = (): Signature => ({ ...WEB_FLOW, time: nowSeconds() });

export const signatureOf = (account: Account): Signature => ({
  name: account.login,
  email: `${String(account.id)}+${account.login}@users.noreply.github.com`,
  time: nowSeconds(),
});

/** Writes the commit on a ref of its own, so that the rules are asked before the branch moves. */
async function writeAside(repository: Repository, changes: FileChanges, parent: string | null): Promise<string> {
  const aside = `refs/standin/${String(process.hrtime.bigint())}`;
  const files: Record<string, { content: Buffer; mode?: string } | null> = {};
  for (const [path, content] of Object.entries(changes.files)) {
    const existing = parent === null ? null : await repository.git.entryAt(parent, path);
    files[path] = content && { content, mode: existing?.type === 'blob' ? existing.mode : undefined };
  }
  const { message, author, committer } = changes;
  await repository.git.writeCommits([
    {
      ref: aside,
      message,
      author,
      committer: committer ?? webFlow(),
      files,
      ...(parent === null ? {} : { from: parent }),
    },
  ]);
  const written = await repository.git.refTarget(aside);
  await repository.git.setRef(aside, null);
  if (!written) throw new Error('git fast-import wrote no commit');
  return written.id;
}

/**
 * One commit on a branch, by git itself.
 * @returns the new commit's id
 * @throws GitHubError 404 where the branch does not exist, and what `moveRef` throws
 */
export async function writeFiles(repository: Repository, changes: FileChanges): Promise<string> {
  const ref = `refs/heads/${changes.branch}`;
  const tip = await repository.git.refTarget(ref);
  if (!tip && (await repository.git.refs('refs/heads/')).length > 0) {
    throw new GitHubError(404, `Branch ${changes.branch} not found`);
  }
  const next = await writeAside(repository, changes, tip?.id ?? null);
  await moveRef(repository, { ref, old: tip?.id ?? null, next, force: false, workflows: changes.workflows });
  repository.pushedAt = new Date().toISOString();
  return next;
}
