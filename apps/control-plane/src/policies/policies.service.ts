import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { BALANCED, loadPolicySet, type PolicySet } from '@holdshort/policy';
import type { Logger } from '@holdshort/telemetry';
import { concatMap, filter, type Subscription } from 'rxjs';
import { DataSource, type EntityManager, type Repository } from 'typeorm';
import { LOGGER } from '../logger.js';
import { newId } from '../random-id.js';
import { SignalsService } from '../signals/signals.service.js';
import { ActivatePolicy } from './activate-policy.service.js';
import { policyRow } from './policy-row.js';
import { sourceView, policySummary } from './policy-view.js';
import { PolicyVersionEntity } from './policy-version.entity.js';

/** Any constant; replicas that start on an empty database seed it once. */
const SEED_LOCK = 7400_0002;

/** The policy in force: immutable versions in the database, one active, the same on every replica. */
@Injectable()
export class PoliciesService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rows: Repository<PolicyVersionEntity>;
  private active: PolicySet | undefined;
  private loading = Promise.resolve();
  private subscription: Subscription | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly signals: SignalsService,
    private readonly activation: ActivatePolicy,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rows = database.getRepository(PolicyVersionEntity);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.database.transaction((manager) => this.seed(manager));
    await this.reload();
    this.subscription = this.signals.all
      .pipe(
        filter((signal) => signal.kind === 'policy_activated' || signal.kind === 'resync'),
        concatMap(() => this.reloadOrLog()),
      )
      .subscribe();
  }

  onApplicationShutdown(): void {
    this.subscription?.unsubscribe();
  }

  /** @throws HoldshortError `policy_error` while none is loaded: then nothing is permitted */
  current(): PolicySet {
    if (this.active) return this.active;
    throw new HoldshortError('policy_error', 'No policy is active; without one everything is refused.');
  }

  /** What the database has in force, which may be a moment ahead of what is loaded here; undefined where nothing is. */
  async activeVersion(): Promise<string | undefined> {
    return (await this.rows.findOne({ select: { version: true }, where: { active: true } }))?.version;
  }

  async describeActive() {
    const row = await this.rows.findOneBy({ active: true });
    if (!row) throw new HoldshortError('not_found', 'No policy is active.');
    return { ...policySummary(row), source: sourceView(row) };
  }

  private async seed(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [SEED_LOCK]);
    const row = await manager.getRepository(PolicyVersionEntity).findOneBy({ active: true });
    if (!row) await this.begin(manager);
    else if (row.format === 0) await this.adopt(manager, row);
  }

  private async begin(manager: EntityManager): Promise<void> {
    const made = policyRow(BALANCED, loadPolicySet(BALANCED), this.activation.now());
    const starter = { name: 'balanced', version: made.version, names: {} } as const;
    await manager.getRepository(PolicyVersionEntity).save({ ...made, starter });
    await this.activation.activateIn(manager, made.version, { reason: 'starter set', correlationId: newId('cor') });
  }

  /** A release that computed versions otherwise stored the active one: the same rules get the name that they have now. */
  private async adopt(manager: EntityManager, row: PolicyVersionEntity): Promise<void> {
    const source = { ...row.source, name: row.name };
    const made = policyRow(source, loadPolicySet(source), this.activation.now());
    if (made.version === row.version) return;
    await manager.getRepository(PolicyVersionEntity).save(made);
    await this.activation.activateIn(manager, made.version, {
      reason: 'named anew after an upgrade',
      correlationId: newId('cor'),
    });
  }

  /** Reads what is active. One after the other, so that a slow answer never replaces a newer one. */
  reload(): Promise<void> {
    const next = this.loading.then(() => this.load());
    // whoever asked is told of a failure; the next one begins anew
    this.loading = next.catch(() => undefined);
    return next;
  }

  private async load(): Promise<void> {
    const row = await this.rows.findOneBy({ active: true });
    if (row?.version === this.active?.version) return;
    // a version that cannot be loaded leaves none in force rather than an old one
    this.active = undefined;
    if (row) this.active = loadAs(row);
    this.logger.info({ policy_version: row?.version ?? null }, 'policy in force');
  }

  private async reloadOrLog(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      this.logger.error({ err: error }, 'cannot load the active policy');
    }
  }
}

/** @throws HoldshortError `policy_error` where the text no longer gives the version that was activated */
function loadAs(row: PolicyVersionEntity): PolicySet {
  const set = loadPolicySet({ ...row.source, name: row.name }, row.checkedAgainst);
  if (set.version === row.version) return set;
  throw new HoldshortError('policy_error', `The stored policy ${row.version} now loads as ${set.version}.`);
}
