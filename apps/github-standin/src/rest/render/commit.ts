import type { Signature } from '../../git/fast-import.js';
import type { CommitObject } from '../../git/parse-object.js';
import { fullName, type Repository } from '../../world/model.js';
import { nodeId } from '../../world/node-id.js';
import type { World } from '../../world/world.js';
import type { JsonObject, Links } from '../api-call.js';
import { renderAccount } from './account.js';
import { repositoryUrl } from './repository.js';

export const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

const signatureJson = (by: Signature): JsonObject => ({ name: by.name, email: by.email, date: isoTime(by.time) });

const verification = (commit: CommitObject): JsonObject => ({
  verified: false,
  reason: commit.signature === null ? 'unsigned' : 'unknown_key',
  signature: commit.signature,
  payload: null,
  verified_at: null,
});

/** The account of a signature: by name, as the seed's people sign with their login. */
function signer(world: World, links: Links, by: Signature): JsonObject | null {
  const account = world.accounts.get(by.name.toLowerCase());
  return account ? renderAccount(links, account) : null;
}

/** GitHub's "git commit" (git data interface). */
export function renderGitCommit(links: Links, repository: Repository, commit: CommitObject): JsonObject {
  const api = repositoryUrl(links, repository);
  const web = `${links.web}/${fullName(repository)}`;
  return {
    sha: commit.id,
    node_id: nodeId('Commit', repository.id, commit.id),
    url: `${api}/git/commits/${commit.id}`,
    html_url: `${web}/commit/${commit.id}`,
    author: signatureJson(commit.author),
    committer: signatureJson(commit.committer),
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/git/commits/${sha}`, html_url: `${web}/commit/${sha}` })),
    verification: verification(commit),
  };
}

/** GitHub's "commit" (repository interface). */
export function renderCommit(world: World, links: Links, repository: Repository, commit: CommitObject): JsonObject {
  const api = repositoryUrl(links, repository);
  const web = `${links.web}/${fullName(repository)}`;
  return {
    sha: commit.id,
    node_id: nodeId('Commit', repository.id, commit.id),
    commit: {
      author: signatureJson(commit.author),
      committer: signatureJson(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.id}`,
      comment_count: 0,
      verification: verification(commit),
    },
    url: `${api}/commits/${commit.id}`,
    html_url: `${web}/commit/${commit.id}`,
    comments_url: `${api}/commits/${commit.id}/comments`,
    author: signer(world, links, commit.author),
    committer: signer(world, links, commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${web}/commit/${sha}` })),
  };
}
