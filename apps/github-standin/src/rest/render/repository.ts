import { nodeId } from '../../world/node-id.js';
import { fullName, type Repository } from '../../world/model.js';
import type { ApiCall, JsonObject, Links } from '../api-call.js';
import { renderAccount } from './account.js';

export const repositoryUrl = (links: Links, repository: Repository): string =>
  `${links.api}/repos/${fullName(repository)}`;

/** Templates of what lies below a repository, by the name of their field without `_url`. */
const COLLECTIONS = {
  hooks: 'hooks',
  keys: 'keys{/key_id}',
  branches: 'branches{/branch}',
  tags: 'tags',
  blobs: 'git/blobs{/sha}',
  git_refs: 'git/refs{/sha}',
  trees: 'git/trees{/sha}',
  commits: 'commits{/sha}',
  git_commits: 'git/commits{/sha}',
  contents: 'contents/{+path}',
  compare: 'compare/{base}...{head}',
  merges: 'merges',
  issues: 'issues{/number}',
  pulls: 'pulls{/number}',
  labels: 'labels{/name}',
  releases: 'releases{/id}',
};

const collectionUrls = (api: string): JsonObject =>
  Object.fromEntries(Object.entries(COLLECTIONS).map(([name, path]) => [`${name}_url`, `${api}/${path}`]));

function permissionsOf(call: ApiCall): JsonObject {
  const push = call.has('contents:write');
  return { admin: false, maintain: false, push, triage: push, pull: true };
}

function counts(repository: Repository): JsonObject {
  const open = [...repository.issues.values()].filter(({ state }) => state === 'open').length;
  return {
    size: 24,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    forks_count: 0,
    forks: 0,
    open_issues_count: open,
    open_issues: open,
  };
}

/** GitHub's "full repository". */
export function renderRepository(call: ApiCall, repository: Repository): JsonObject {
  const api = repositoryUrl(call.links, repository);
  const web = `${call.links.web}/${fullName(repository)}`;
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    owner: renderAccount(call.links, repository.owner),
    html_url: web,
    description: repository.description,
    fork: false,
    url: api,
    ...collectionUrls(api),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: `git://${web.replace('https://', '')}.git`,
    ssh_url: `git@github.com:${fullName(repository)}.git`,
    clone_url: `${web}.git`,
    homepage: null,
    language: null,
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    visibility: repository.private ? 'private' : 'public',
    license: null,
    topics: repository.administration.topics,
    is_template: false,
    default_branch: repository.defaultBranch,
    ...counts(repository),
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    permissions: permissionsOf(call),
    network_count: 0,
    subscribers_count: 0,
  };
}
