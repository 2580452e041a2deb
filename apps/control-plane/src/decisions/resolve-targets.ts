import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Intent, Operation, Target } from '@holdshort/github-operations';
import { GithubApps } from '../credentials/github-apps.js';
import { PullFactsService } from '../credentials/pull-facts.service.js';
import { RepositoryFactsService, type RepositoryFacts } from '../credentials/repository-facts.service.js';
import { GITHUB_COM, nameAt } from '../credentials/site-name.js';

/** An intent with the repository that it is really about; none for accounts and the API itself. */
export interface ResolvedIntent {
  intent: Intent;
  /** The GitHub that the call is for; absent in old records, which are all of github.com. */
  site?: string;
  repository: RepositoryFacts | undefined;
}

/** How classification names the branch behind a pull request, which only GitHub knows: by number, or by the node that has it. */
const HEAD_OF_PULL = /^refs\/pull\/(\*|[1-9][0-9]*)\/head$/;

const isOfModel = ({ action, target }: Intent): boolean =>
  (action === 'model.call' || action === 'telemetry.send') &&
  target.account === true &&
  target.repo === undefined &&
  target.nodeId === undefined &&
  target.repositoryId === undefined;

/** Turns names, numbers, node ids and pull requests into repositories and refs, as GitHub knows them. */
@Injectable()
export class ResolveTargets {
  constructor(
    private readonly facts: RepositoryFactsService,
    private readonly pulls: PullFactsService,
    private readonly apps: GithubApps,
  ) {}

  /** @throws HoldshortError `target_unresolved` or `lease_unavailable` where a repository cannot be determined */
  async resolve({
    intents,
    surface,
    host,
  }: Pick<Operation, 'intents' | 'surface' | 'host'>): Promise<ResolvedIntent[]> {
    // calls to models name nothing at any GitHub, and other models' hosts are none of GitHub's
    const site = intents.every(isOfModel) ? GITHUB_COM : this.apps.siteOf(host);
    // a push names the very ref that it moves; GitHub lets none move the head of a pull request by its number
    if (surface === 'git') return Promise.all(intents.map((intent) => this.resolveOne(site, intent)));
    return Promise.all(intents.map(async (intent) => this.resolveRef(site, await this.resolveOne(site, intent))));
  }

  /** A merge changes the base of its pull request; updating the branch of one changes its head, in whose repository that is. */
  private async resolveRef(site: string, resolved: ResolvedIntent): Promise<ResolvedIntent> {
    const { intent, repository } = resolved;
    const { ref, number } = intent.target;
    const isMerge = intent.action === 'pull.merge' && number !== undefined;
    const head = isRefChange(intent.action) ? HEAD_OF_PULL.exec(ref ?? '') : null;
    if (!repository || (!isMerge && !head)) return resolved;
    const pull = await this.pulls.of(site, repository.owner, repository.name, number ?? Number(head?.[1]));
    if (isMerge) return { ...resolved, intent: { ...intent, target: { ...intent.target, ref: pull.baseRef } } };
    const target: Target = { ...intent.target, ref: pull.headRef };
    return named({ ...intent, target }, await this.facts.ofName(site, pull.head.owner, pull.head.name));
  }

  private async resolveOne(site: string, intent: Intent): Promise<ResolvedIntent> {
    const { target } = intent;
    if (target.nodeId !== undefined) return this.resolveNode(site, intent, target.nodeId);
    if (target.repositoryId !== undefined) return named(intent, await this.facts.ofId(site, target.repositoryId));
    if (target.owner !== undefined && target.repo !== undefined)
      return named(intent, await this.facts.ofName(site, target.owner, target.repo));
    if (target.repo !== undefined)
      throw new HoldshortError('target_unresolved', 'The call names a repository without its owner.');
    return { intent, site, repository: undefined };
  }

  private async resolveNode(site: string, intent: Intent, nodeId: string): Promise<ResolvedIntent> {
    const node = await this.facts.ofNode(site, nodeId);
    const repository = await this.facts.ofName(site, node.owner, node.name);
    const known: Target = { ...intent.target };
    if (known.ref === undefined && node.ref !== undefined) known.ref = node.ref;
    if (known.number === undefined && node.number !== undefined) known.number = node.number;
    return named({ ...intent, target: known }, repository);
  }
}

const isRefChange = (action: Intent['action']): boolean => action === 'ref.update' || action === 'ref.force';

/** The repository's own spelling, so that policy, lease and record speak of the same thing. */
function named(intent: Intent, repository: RepositoryFacts): ResolvedIntent {
  const { site, owner, name: repo, id: repositoryId } = repository;
  return { site, intent: { ...intent, target: { ...intent.target, owner, repo, repositoryId } }, repository };
}

/** `owner/name` of the repository, as policies and people name it; undefined for accounts and the API itself. */
export const repositoryName = ({ site = GITHUB_COM, repository }: ResolvedIntent): string | undefined =>
  repository && nameAt(site, `${repository.owner}/${repository.name}`);
