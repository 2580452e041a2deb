import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { CLOCK, type Clock } from '../clock.js';
import { readNameLists, SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { ExpiringCache } from './expiring-cache.js';
import { FactsTokens } from './facts-tokens.js';
import { GithubApp } from './github-app.js';
import { GithubHttp, type GithubAnswer } from './github-http.js';
import { isRecord } from './json-shape.js';
import { nodeFactsOf, NODE_QUERY, type NodeFacts } from './node-facts.js';

/** What policy needs to know of a repository; names as GitHub spells them. */
export interface RepositoryFacts {
  id: string;
  owner: string;
  name: string;
  defaultBranch: string;
  visibility: 'public' | 'private' | 'internal';
  archived: boolean;
  /** Fully qualified. */
  protectedRefs: string[];
  sets: string[];
}

/** 100 branches each; a repository with more protected branches is refused rather than half known. */
const BRANCH_PAGES = 10;

const unresolved = (what: string): HoldshortError =>
  new HoldshortError('target_unresolved', `GitHub did not say what ${what} is, so nothing can be decided about it.`);

@Injectable()
export class RepositoryFactsService {
  private readonly byName: ExpiringCache<RepositoryFacts>;
  private readonly byId: ExpiringCache<{ owner: string; name: string }>;
  private readonly byNode: ExpiringCache<NodeFacts>;
  private readonly sets: ReadonlyMap<string, readonly string[]>;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly http: GithubHttp,
    private readonly app: GithubApp,
    private readonly tokens: FactsTokens,
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(CLOCK) now: Clock,
  ) {
    const lifeMs = settings.repositoryFactsSeconds * 1000;
    this.byName = new ExpiringCache(lifeMs, now);
    this.byId = new ExpiringCache(lifeMs, now);
    this.byNode = new ExpiringCache(lifeMs, now);
    this.sets = readNameLists('HOLDSHORT_REPO_SETS', settings.repositorySets);
  }

  /** @throws HoldshortError `lease_unavailable` or `target_unresolved`; both mean refuse */
  ofName(owner: string, name: string): Promise<RepositoryFacts> {
    return this.byName.get(`${owner}/${name}`.toLowerCase(), () => this.fetch(owner, name));
  }

  /** The number is looked for in every installation of the App. */
  async ofId(id: string): Promise<RepositoryFacts> {
    if (!/^[1-9][0-9]{0,15}$/.test(id)) throw unresolved('that repository id');
    const { owner, name } = await this.byId.get(id, () => this.findById(id));
    const facts = await this.ofName(owner, name);
    if (facts.id !== id) throw unresolved(`repository ${id}`);
    return facts;
  }

  /** What a GraphQL node id stands for; asked of GitHub, never decoded. */
  ofNode(nodeId: string): Promise<NodeFacts> {
    return this.byNode.get(nodeId, () => this.findNode(nodeId));
  }

  private async fetch(owner: string, name: string): Promise<RepositoryFacts> {
    const installation = await this.app.installationOfRepository(owner, name);
    const token = await this.tokens.of(installation, [name], { metadata: 'read', contents: 'read' });
    const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
    const [repository, protectedRefs] = await Promise.all([
      this.ask('GET', path, token),
      this.protectedRefs(`${path}/branches?protected=true&per_page=100`, token),
    ]);
    return { ...readRepository(repository, `${owner}/${name}`), protectedRefs, sets: this.setsOf(`${owner}/${name}`) };
  }

  private async ask(method: 'GET' | 'POST', path: string, token: string, body?: unknown): Promise<GithubAnswer> {
    const answer = await this.http.call(method, path, token, body);
    if (answer.status === 401) await this.tokens.drop(token);
    return answer;
  }

  private async protectedRefs(first: string, token: string): Promise<string[]> {
    const refs: string[] = [];
    let path: string | undefined = first;
    for (let page = 0; path !== undefined; page++) {
      if (page === BRANCH_PAGES) throw unresolved('the full list of protected branches');
      const answer = await this.ask('GET', path, token);
      if (answer.status !== 200 || !Array.isArray(answer.body)) throw unresolved('the list of protected branches');
      refs.push(...answer.body.map(readBranch));
      path = answer.next;
    }
    return refs;
  }

  private setsOf(fullName: string): string[] {
    const wanted = fullName.toLowerCase();
    return [...this.sets]
      .filter(([, members]) => members.some((member) => member.toLowerCase() === wanted))
      .map(([set]) => set);
  }

  private async findById(id: string): Promise<{ owner: string; name: string }> {
    for (const installation of await this.app.allInstallations()) {
      const token = await this.tokens.of(installation, [], { metadata: 'read' });
      const answer = await this.ask('GET', `/repositories/${id}`, token);
      if (answer.status === 200) return readRepository(answer, `repository ${id}`);
    }
    throw unresolved(`repository ${id}`);
  }

  private async findNode(nodeId: string): Promise<NodeFacts> {
    for (const installation of await this.app.allInstallations()) {
      const token = await this.tokens.of(installation, [], {
        metadata: 'read',
        contents: 'read',
        issues: 'read',
        pull_requests: 'read',
      });
      const answer = await this.ask('POST', '/graphql', token, { query: NODE_QUERY, variables: { id: nodeId } });
      const facts = answer.status === 200 ? nodeFactsOf(answer.body) : undefined;
      if (facts) return facts;
    }
    throw unresolved('that node id');
  }
}

function readBranch(branch: unknown): string {
  if (isRecord(branch) && typeof branch['name'] === 'string') return `refs/heads/${branch['name']}`;
  throw unresolved('a protected branch');
}

const isVisibility = (value: unknown): value is RepositoryFacts['visibility'] =>
  value === 'public' || value === 'private' || value === 'internal';

/** @throws HoldshortError `target_unresolved` where any fact is missing: a guess would decide */
function readRepository(answer: GithubAnswer, what: string): Omit<RepositoryFacts, 'protectedRefs' | 'sets'> {
  const { status, body } = answer;
  const owner = isRecord(body) && isRecord(body['owner']) ? body['owner']['login'] : undefined;
  if (status !== 200 || !isRecord(body) || typeof owner !== 'string') throw unresolved(what);
  const { id, name, default_branch: defaultBranch, archived } = body;
  const visibility = body['visibility'] ?? (body['private'] === true ? 'private' : 'public');
  if (
    typeof id !== 'number' ||
    typeof name !== 'string' ||
    typeof defaultBranch !== 'string' ||
    !isVisibility(visibility)
  ) {
    throw unresolved(what);
  }
  return { id: String(id), owner, name, defaultBranch, visibility, archived: archived === true };
}
