import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { CLOCK, type Clock } from '../clock.js';
import { readNameLists, SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { ExpiringCache } from './expiring-cache.js';
import { AskGithub, type Question } from './ask-github.js';
import type { Installation } from './github-app.js';
import { GithubApps } from './github-apps.js';
import type { GithubAnswer } from './github-http.js';
import { isRecord } from './json-shape.js';
import { nameAt } from './site-name.js';
import { nodeFactsOf, NODE_QUERY, type NodeFacts } from './node-facts.js';

/** What policy needs to know of a repository; names as GitHub spells them. */
export interface RepositoryFacts {
  /** The GitHub where it is: `github.com`, or the host of another. */
  site: string;
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

  constructor(
    private readonly apps: GithubApps,
    private readonly github: AskGithub,
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
  ofName(site: string, owner: string, name: string): Promise<RepositoryFacts> {
    return this.byName.get(`${site}/${owner}/${name}`.toLowerCase(), () => this.fetch(site, owner, name));
  }

  /** The number is looked for in every installation at that GitHub. */
  async ofId(site: string, id: string): Promise<RepositoryFacts> {
    if (!/^[1-9][0-9]{0,15}$/.test(id)) throw unresolved('that repository id');
    const { owner, name } = await this.byId.get(`${site}/${id}`, () => this.findById(site, id));
    const facts = await this.ofName(site, owner, name);
    if (facts.id !== id) throw unresolved(`repository ${id}`);
    return facts;
  }

  /** What a GraphQL node id stands for; asked of GitHub, never decoded. */
  ofNode(site: string, nodeId: string): Promise<NodeFacts> {
    return this.byNode.get(`${site}/${nodeId}`, () => this.findNode(site, nodeId));
  }

  private async fetch(site: string, owner: string, name: string): Promise<RepositoryFacts> {
    const installation = await this.apps.installationOfRepository(site, owner, name);
    const about = { installation, repositories: [name], permissions: { metadata: 'read', contents: 'read' } } as const;
    const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
    const [repository, protectedRefs] = await Promise.all([
      this.github.ask({ ...about, path }),
      this.protectedRefs({ ...about, path: `${path}/branches?protected=true&per_page=100` }),
    ]);
    const facts = readRepository(repository, `${owner}/${name}`);
    return { site, ...facts, protectedRefs, sets: this.setsOf(nameAt(site, `${owner}/${name}`)) };
  }

  private async protectedRefs(first: Question): Promise<string[]> {
    const refs: string[] = [];
    let path: string | undefined = first.path;
    for (let page = 0; path !== undefined; page++) {
      if (page === BRANCH_PAGES) throw unresolved('the full list of protected branches');
      const answer: GithubAnswer = await this.github.ask({ ...first, path });
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

  private async findById(site: string, id: string): Promise<{ owner: string; name: string }> {
    const permissions = { metadata: 'read' } as const;
    const found = await this.apps.search(site, async (installation) => {
      const answer = await this.github.ask({
        installation,
        repositories: [],
        permissions,
        path: `/repositories/${id}`,
      });
      return answer.status === 200 ? readRepository(answer, `repository ${id}`) : undefined;
    });
    if (!found) throw unresolved(`repository ${id}`);
    return found;
  }

  private async findNode(site: string, nodeId: string): Promise<NodeFacts> {
    const found = await this.apps.search(site, (installation) => this.findNodeIn(installation, nodeId));
    if (!found) throw unresolved('that node id');
    return found;
  }

  private async findNodeIn(installation: Installation, nodeId: string): Promise<NodeFacts | undefined> {
    const { status, body } = await this.github.ask({
      installation,
      repositories: [],
      permissions: { metadata: 'read', contents: 'read', issues: 'read', pull_requests: 'read' },
      path: '/graphql',
      body: { query: NODE_QUERY, variables: { id: nodeId } },
    });
    return status === 200 ? nodeFactsOf(body) : undefined;
  }
}

function readBranch(branch: unknown): string {
  if (isRecord(branch) && typeof branch['name'] === 'string') return `refs/heads/${branch['name']}`;
  throw unresolved('a protected branch');
}

const isVisibility = (value: unknown): value is RepositoryFacts['visibility'] =>
  value === 'public' || value === 'private' || value === 'internal';

/** @throws HoldshortError `target_unresolved` where any fact is missing: a guess would decide */
function readRepository(answer: GithubAnswer, what: string): Omit<RepositoryFacts, 'site' | 'protectedRefs' | 'sets'> {
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
