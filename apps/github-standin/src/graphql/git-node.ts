import type { Signature } from '../git/fast-import.js';
import type { GitRef } from '../git/git-repository.js';
import { parseCommit, type CommitObject } from '../git/parse-object.js';
import type { ApiCall } from '../rest/api-call.js';
import { isoTime } from '../rest/render/commit.js';
import { fullName, type Repository } from '../world/model.js';
import { nodeId } from '../world/node-id.js';
import { pullsOf } from '../world/pull-state.js';
import { accountNode } from './account-node.js';
import { connection, empty, type Node, type PageArguments } from './connection.js';
import { pullNode } from './pull-node.js';
import { repositoryNode } from './repository-node.js';

function actorNode(call: ApiCall, by: Signature): Node {
  const account = call.world.accounts.get(by.name.toLowerCase());
  return {
    name: by.name,
    email: by.email,
    date: isoTime(by.time),
    user: account?.type === 'User' ? accountNode(call, account) : null,
  };
}

async function history(call: ApiCall, repository: Repository, tip: string, page: PageArguments): Promise<Node> {
  const ids = (await repository.git.text(['rev-list', '--max-count=1000', tip])).split('\n');
  return connection(ids, page, async (id) => {
    const commit = await repository.git.commitOf(id);
    return commit && commitNode(call, repository, commit);
  });
}

export function commitNode(call: ApiCall, repository: Repository, commit: CommitObject): Node {
  const url = `${call.links.web}/${fullName(repository)}/commit/${commit.id}`;
  const [headline = '', ...rest] = commit.message.split('\n');
  return {
    __typename: 'Commit',
    id: nodeId('Commit', repository.id, commit.id),
    oid: commit.id,
    abbreviatedOid: commit.id.slice(0, 7),
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    url,
    commitUrl: url,
    author: actorNode(call, commit.author),
    committer: actorNode(call, commit.committer),
    authors: (page: PageArguments) => connection([commit.author], page, (by) => actorNode(call, by)),
    authoredDate: isoTime(commit.author.time),
    committedDate: isoTime(commit.committer.time),
    statusCheckRollup: null,
    status: null,
    checkSuites: empty,
    signature: null,
    tree: { __typename: 'Tree', oid: commit.tree, id: nodeId('Tree', repository.id, commit.tree) },
    parents: (page: PageArguments) =>
      connection(commit.parents, page, async (id) => {
        const parent = await repository.git.commitOf(id);
        return parent && commitNode(call, repository, parent);
      }),
    history: (page: PageArguments) => history(call, repository, commit.id, page),
    repository: () => repositoryNode(call, repository),
  };
}

/** A Commit, Blob, Tree or Tag by what `git rev-parse` understands, as GraphQL's `object(expression)`. */
export async function objectNode(call: ApiCall, repository: Repository, name: string): Promise<Node | null> {
  const object = await repository.git.read(name);
  if (!object) return null;
  if (object.type === 'commit') return commitNode(call, repository, parseCommit(object.id, object.content));
  const shared = {
    oid: object.id,
    abbreviatedOid: object.id.slice(0, 7),
    repository: () => repositoryNode(call, repository),
  };
  if (object.type === 'blob') {
    const binary = object.content.includes(0);
    return {
      __typename: 'Blob',
      id: nodeId('Blob', repository.id, object.id),
      ...shared,
      byteSize: object.content.length,
      isBinary: binary,
      isTruncated: false,
      text: binary ? null : object.content.toString('utf8'),
    };
  }
  if (object.type === 'tag') return { __typename: 'Tag', id: nodeId('Ref', repository.id, object.id), ...shared };
  return {
    __typename: 'Tree',
    id: nodeId('Tree', repository.id, object.id),
    ...shared,
    entries: () => treeEntries(call, repository, object.id),
  };
}

async function treeEntries(call: ApiCall, repository: Repository, id: string): Promise<Node[]> {
  const entries = (await repository.git.tree(id)) ?? [];
  return entries.map((entry) => ({
    name: entry.name,
    path: entry.name,
    type: entry.type,
    oid: entry.id,
    mode: Number.parseInt(entry.mode, 8),
    object: () => objectNode(call, repository, entry.id),
  }));
}

export function refNode(call: ApiCall, repository: Repository, { ref, id }: Pick<GitRef, 'ref' | 'id'>): Node {
  const [, kind = '', ...rest] = ref.split('/');
  const name = rest.join('/');
  const pulls = pullsOf(repository).filter(({ pull }) => pull.head === name);
  const protection = repository.protection.get(name);
  return {
    __typename: 'Ref',
    id: nodeId('Ref', repository.id, ref),
    name,
    prefix: `refs/${kind}/`,
    target: () => objectNode(call, repository, id),
    repository: () => repositoryNode(call, repository),
    branchProtectionRule:
      protection && kind === 'heads'
        ? { pattern: name, requiredApprovingReviewCount: 1, requiresStrictStatusChecks: false }
        : null,
    refUpdateRule: null,
    associatedPullRequests: (page: PageArguments) =>
      connection(pulls, page, (issue) => pullNode(call, repository, issue)),
  };
}
