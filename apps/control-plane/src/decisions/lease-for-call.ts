import { Injectable } from '@nestjs/common';
import { HoldshortError, toHoldshortError } from '@holdshort/errors';
import type { LeaseKind, Obligations } from '@holdshort/policy';
import { wholePushAction } from '@holdshort/github-operations';
import type { Installation } from '../credentials/github-app.js';
import { GithubApps } from '../credentials/github-apps.js';
import type { HeldLease } from '../credentials/held-lease.js';
import { fitPermissions, permissionsFor, requireNamedRepositories } from '../credentials/lease-permissions.js';
import type { LeaseRequest } from '../credentials/issue-lease.js';
import { LeasesService } from '../credentials/leases.service.js';
import { UserLease } from '../github-links/user-lease.service.js';
import type { CallFacts } from './judge-policies.js';
import { touchesWorkflows } from './ref-change.js';

interface Allowed {
  policyVersion: string;
  obligations: Obligations;
}

/** Calls that go out without any credential. */
const WITHOUT_LEASE: ReadonlySet<string> = new Set(['telemetry.send']);

/** The credential for exactly this call: its repositories, its permissions, as long as policy gives. */
@Injectable()
export class LeaseForCall {
  constructor(
    private readonly apps: GithubApps,
    private readonly leases: LeasesService,
    private readonly users: UserLease,
  ) {}

  /**
   * @param allowed by which policy, and bound to what
   * @throws HoldshortError `lease_unavailable` where the App cannot have what the call needs, `policy_changed` where
   *   another policy has come into force since
   */
  async acquire(facts: CallFacts, { policyVersion, obligations }: Allowed): Promise<HeldLease | undefined> {
    const { operation, push, correlationId } = facts.call;
    // calls to other models go out with the client's own key
    if (operation.id.startsWith('model/')) return undefined;
    if (operation.intents.every((intent) => WITHOUT_LEASE.has(intent.action))) return undefined;
    const repositories = repositoriesOf(facts);
    // a wiki has no workflows, whatever its files are called
    const ofRepository = wholePushAction(operation.id) === undefined ? push : undefined;
    const needed = permissionsFor(operation, touchesWorkflows(operation.intents, ofRepository));
    requireNamedRepositories(repositories, needed);
    const installation = await this.installationOf(facts);
    const request = {
      session: facts.session,
      installation,
      repositories,
      permissions: fitPermissions(operation, needed, installation, obligations.tokenPermissions),
      ttlSeconds: obligations.tokenTtlSeconds,
      policyVersion,
      correlationId,
    };
    return this.acquireOf(obligations.leaseKind, request);
  }

  /** Never the installation's where policy wants the engineer's, unless it says that either will do. */
  private async acquireOf(kind: LeaseKind | undefined, request: Omit<LeaseRequest, 'link'>): Promise<HeldLease> {
    if (kind === undefined) return this.leases.acquire({ ...request, link: undefined });
    const { humanIdp: idp, humanSub: sub, humanLogin: login } = request.session;
    try {
      const link = await this.users.linkOf({ idp, sub, login }, request.installation.app);
      return await this.leases.acquire({ ...request, link });
    } catch (error) {
      const unlinked = ['github_link_missing', 'github_link_broken'].includes(toHoldshortError(error).code);
      if (!unlinked || kind !== 'user_or_installation') throw error;
      return this.leases.acquire({ ...request, link: undefined });
    }
  }

  private async installationOf({ targets, call }: CallFacts): Promise<Installation> {
    const repositories = targets.flatMap(({ repository }) => (repository ? [repository] : []));
    const found = await Promise.all(
      repositories.map(({ site, owner, name }) => this.apps.installationOfRepository(site, owner, name)),
    );
    const [first] = found;
    if (first === undefined)
      return this.installationOfAccount(
        this.apps.siteOf(call.operation.host),
        targets.find(({ intent }) => intent.target.owner)?.intent.target.owner,
      );
    if (found.some((other) => other.app !== first.app || other.id !== first.id)) {
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

  /** A call about no repository and no organisation (rate limit, schema) goes by the first installation there. */
  private async installationOfAccount(site: string, owner: string | undefined): Promise<Installation> {
    if (owner !== undefined) return this.apps.installationOfAccount(site, owner);
    const first = await this.apps.search(site, (installation) => Promise.resolve(installation));
    if (!first) throw new HoldshortError('lease_unavailable', 'The Holdshort GitHub App is installed nowhere.');
    return first;
  }
}

const repositoriesOf = ({ targets }: CallFacts): string[] =>
  [...new Set(targets.flatMap(({ repository }) => (repository ? [repository.name] : [])))].sort();
