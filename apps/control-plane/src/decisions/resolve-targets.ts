import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Intent, Target } from '@holdshort/github-operations';
import { RepositoryFactsService, type RepositoryFacts } from '../credentials/repository-facts.service.js';

/** An intent with the repository that it is really about; none for accounts and the API itself. */
export interface ResolvedIntent {
  intent: Intent;
  repository: RepositoryFacts | undefined;
}

/** Turns names, numbers and node ids into repositories, as GitHub knows them. */
@Injectable()
export class ResolveTargets {
  constructor(private readonly facts: RepositoryFactsService) {}

  /** @throws HoldshortError `target_unresolved` or `lease_unavailable` where a repository cannot be determined */
  resolve(intents: readonly Intent[]): Promise<ResolvedIntent[]> {
    return Promise.all(intents.map((intent) => this.resolveOne(intent)));
  }

  private async resolveOne(intent: Intent): Promise<ResolvedIntent> {
    const { target } = intent;
    if (target.nodeId !== undefined) return this.resolveNode(intent, target.nodeId);
    if (target.repositoryId !== undefined) return named(intent, await this.facts.ofId(target.repositoryId));
    if (target.owner !== undefined && target.repo !== undefined)
      return named(intent, await this.facts.ofName(target.owner, target.repo));
    if (target.repo !== undefined)
      throw new HoldshortError('target_unresolved', 'The call names a repository without its owner.');
    return { intent, repository: undefined };
  }

  private async resolveNode(intent: Intent, nodeId: string): Promise<ResolvedIntent> {
    const node = await this.facts.ofNode(nodeId);
    const repository = await this.facts.ofName(node.owner, node.name);
    const known: Target = { ...intent.target };
    if (known.ref === undefined && node.ref !== undefined) known.ref = node.ref;
    if (known.number === undefined && node.number !== undefined) known.number = node.number;
    return named({ ...intent, target: known }, repository);
  }
}

/** The repository's own spelling, so that policy, lease and record speak of the same thing. */
function named(intent: Intent, repository: RepositoryFacts): ResolvedIntent {
  const { owner, name: repo, id: repositoryId } = repository;
  return { intent: { ...intent, target: { ...intent.target, owner, repo, repositoryId } }, repository };
}
