import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Obligations } from '@holdshort/policy';
import { wholePushAction } from '@holdshort/github-operations';
import { GithubApp, type Installation } from '../credentials/github-app.js';
import { fitPermissions, permissionsFor, requireNamedRepositories } from '../credentials/lease-permissions.js';
import { LeasesService, type HeldLease } from '../credentials/leases.service.js';
import type { CallFacts } from './judge-policies.js';
import { touchesWorkflows } from './ref-change.js';

/** Calls that go out without any credential. */
const WITHOUT_LEASE: ReadonlySet<string> = new Set(['telemetry.send']);

/** The credential for exactly this call: its repositories, its permissions, as long as policy gives. */
@Injectable()
export class LeaseForCall {
  constructor(
    private readonly app: GithubApp,
    private readonly leases: LeasesService,
  ) {}

  /** @throws HoldshortError `lease_unavailable` where the App cannot have what the call needs */
  async acquire(facts: CallFacts, obligations: Obligations): Promise<HeldLease | undefined> {
    const { operation, push, correlationId } = facts.call;
    if (operation.intents.every((intent) => WITHOUT_LEASE.has(intent.action))) return undefined;
    const repositories = repositoriesOf(facts);
    // a wiki has no workflows, whatever its files are called
    const ofRepository = wholePushAction(operation.id) === undefined ? push : undefined;
    const needed = permissionsFor(operation, touchesWorkflows(operation.intents, ofRepository));
    requireNamedRepositories(repositories, needed);
    const installation = await this.installationOf(facts);
    return this.leases.acquire({
      session: facts.session,
      installation,
      repositories,
      permissions: fitPermissions(operation, needed, installation, obligations.tokenPermissions),
      ttlSeconds: obligations.tokenTtlSeconds,
      correlationId,
    });
  }

  private async installationOf({ targets }: CallFacts): Promise<Installation> {
    const repositories = targets.flatMap(({ repository }) => (repository ? [repository] : []));
    const found = await Promise.all(
      repositories.map(({ owner, name }) => this.app.installationOfRepository(owner, name)),
    );
    const [first] = found;
    if (first === undefined)
      return this.installationOfAccount(targets.find(({ intent }) => intent.target.owner)?.intent.target.owner);
    if (found.some((other) => other.id !== first.id)) {
      throw new HoldshortError(
        'lease_unavailable',
        'The call names repositories of different organisations; no single credential covers them.',
        {
          advice: 'Ask for one organisation at a time.',
        },
      );
    }
    return first;
  }

  /** A call about no repository and no organisation (rate limit, schema) goes by the App's first installation. */
  private async installationOfAccount(owner: string | undefined): Promise<Installation> {
    if (owner !== undefined) return this.app.installationOfAccount(owner);
    const [first] = await this.app.allInstallations();
    if (!first) throw new HoldshortError('lease_unavailable', 'The Holdshort GitHub App is installed nowhere.');
    return first;
  }
}

const repositoriesOf = ({ targets }: CallFacts): string[] =>
  [...new Set(targets.flatMap(({ repository }) => (repository ? [repository.name] : [])))].sort();
