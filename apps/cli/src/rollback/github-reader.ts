import { numberOf, record, records, shaOf, textOf, type Fields } from './json-fields.js';
import type { AgentApi } from './agent-api.js';
import { BRANCHES } from './rollback-plan.js';

export interface CommitFacts {
  id: string;
  parents: string[];
  message: string;
  /** Login, or the name that the commit gives. */
  author: string;
}

export interface PullFacts {
  number: number;
  state: string;
  merged: boolean;
  mergeSha: string | undefined;
  head: string;
  base: string;
  author: string;
}

export interface Comparison {
  /** Whether the base is reached from the head. */
  isContained: boolean;
  mergeBase: string | undefined;
  /** Oldest first; at most 250. */
  commits: CommitFacts[];
}

export interface RepositoryFacts {
  nodeId: string;
  defaultBranch: string;
}

/** What a rollback asks of GitHub; undefined where it is not there. */
export interface GithubReader {
  repository(repo: string): Promise<RepositoryFacts>;
  refId(repo: string, ref: string): Promise<string | undefined>;
  isProtected(repo: string, branch: string): Promise<boolean>;
  commit(repo: string, id: string): Promise<CommitFacts | undefined>;
  compare(repo: string, base: string, head: string): Promise<Comparison | undefined>;
  pull(repo: string, number: number): Promise<PullFacts | undefined>;
  pullCommits(repo: string, number: number): Promise<CommitFacts[]>;
  /** Open ones, whose head or base is the branch. */
  openPulls(repo: string, side: 'head' | 'base', branch: string): Promise<PullFacts[]>;
  issueState(repo: string, number: number): Promise<string | undefined>;
  hasComment(repo: string, id: string): Promise<boolean>;
  numberOfNode(id: string): Promise<number | undefined>;
}

const inPath = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

const commitFacts = (value: Fields): CommitFacts => {
  const commit = record(value['commit']);
  return {
    id: textOf(value, 'sha'),
    parents: records(value['parents']).map((parent) => textOf(parent, 'sha')),
    message: textOf(commit, 'message'),
    author: textOf(record(value['author']), 'login') || textOf(record(commit['author']), 'name'),
  };
};

const pullFacts = (value: Fields): PullFacts => ({
  number: numberOf(value, 'number') ?? 0,
  state: textOf(value, 'state'),
  merged: textOf(value, 'merged_at') !== '',
  mergeSha: shaOf(value, 'merge_commit_sha'),
  head: textOf(record(value['head']), 'ref'),
  base: textOf(record(value['base']), 'ref'),
  author: textOf(record(value['user']), 'login'),
});

const NODE_NUMBER = `query($id: ID!) { node(id: $id) { ... on PullRequest { number } ... on Issue { number } } }`;

/** Asks through the workspace's agent; what does not change is asked once. */
export class RestReader implements GithubReader {
  private readonly repositories = new Map<string, Promise<RepositoryFacts>>();

  constructor(private readonly api: AgentApi) {}

  repository(repo: string): Promise<RepositoryFacts> {
    const known = this.repositories.get(repo) ?? this.askRepository(repo);
    this.repositories.set(repo, known);
    return known;
  }

  private async askRepository(repo: string): Promise<RepositoryFacts> {
    const found = record(await this.api.get(`/repos/${repo}`));
    return { nodeId: textOf(found, 'node_id'), defaultBranch: textOf(found, 'default_branch') };
  }

  async refId(repo: string, ref: string): Promise<string | undefined> {
    const found = await this.api.get(`/repos/${repo}/git/ref/${inPath(ref.slice('refs/'.length))}`);
    return found === undefined ? undefined : shaOf(record(record(found)['object']), 'sha');
  }

  async isProtected(repo: string, branch: string): Promise<boolean> {
    return record(await this.api.get(`/repos/${repo}/branches/${inPath(branch)}`))['protected'] === true;
  }

  async commit(repo: string, id: string): Promise<CommitFacts | undefined> {
    const found = await this.api.get(`/repos/${repo}/commits/${id}`);
    return found === undefined ? undefined : commitFacts(record(found));
  }

  async compare(repo: string, base: string, head: string): Promise<Comparison | undefined> {
    const found = await this.api.get(`/repos/${repo}/compare/${inPath(base)}...${inPath(head)}`);
    if (found === undefined) return undefined;
    const value = record(found);
    return {
      isContained: ['ahead', 'identical'].includes(textOf(value, 'status')),
      mergeBase: shaOf(record(value['merge_base_commit']), 'sha'),
      commits: records(value['commits']).map(commitFacts),
    };
  }

  async pull(repo: string, number: number): Promise<PullFacts | undefined> {
    const found = await this.api.get(`/repos/${repo}/pulls/${number}`);
    return found === undefined ? undefined : pullFacts(record(found));
  }

  async pullCommits(repo: string, number: number): Promise<CommitFacts[]> {
    return records(await this.api.get(`/repos/${repo}/pulls/${number}/commits?per_page=100`)).map(commitFacts);
  }

  async openPulls(repo: string, side: 'head' | 'base', branch: string): Promise<PullFacts[]> {
    const name = side === 'head' ? `${repo.split('/')[0] ?? ''}:${branch}` : branch;
    const query = new URLSearchParams({ state: 'open', per_page: '100', [side]: name });
    return records(await this.api.get(`/repos/${repo}/pulls?${query.toString()}`)).map(pullFacts);
  }

  async issueState(repo: string, number: number): Promise<string | undefined> {
    const found = await this.api.get(`/repos/${repo}/issues/${number}`);
    return found === undefined ? undefined : textOf(record(found), 'state');
  }

  async hasComment(repo: string, id: string): Promise<boolean> {
    return (await this.api.get(`/repos/${repo}/issues/comments/${id}`)) !== undefined;
  }

  async numberOfNode(id: string): Promise<number | undefined> {
    return numberOf(record(record(await this.api.graphql(NODE_NUMBER, { id }))['node']), 'number');
  }
}

export const fullBranch = (name: string): string => `${BRANCHES}${name}`;
