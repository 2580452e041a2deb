import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { BALANCED, loadPolicySet, type PolicySet } from '@holdshort/policy';
import type { Logger } from '@holdshort/telemetry';
import { concatMap, filter, type Subscription } from 'rxjs';
import { DataSource, type EntityManager, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { LOGGER } from '../logger.js';
import { newId } from '../random-id.js';
import { SignalsService } from '../signals/signals.service.js';
import { PolicyVersionEntity } from './policy-version.entity.js';

/** Any constant; replicas that start on an empty database seed it once. */
const SEED_LOCK = 7400_0002;

/** The policy in force: immutable versions in the database, one active, the same on every replica. */
@Injectable()
export class PoliciesService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rows: Repository<PolicyVersionEntity>;
  private active: PolicySet | undefined;
  private subscription: Subscription | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(CLOCK) private readonly now: Clock,
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

  async describeActive() {
    const row = await this.rows.findOneBy({ active: true });
    if (!row) throw new HoldshortError('not_found', 'No policy is active.');
    return {
      version: row.version,
      name: row.name,
      activated_at: row.activatedAt?.toISOString() ?? null,
      source: row.source,
    };
  }

  private async seed(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [SEED_LOCK]);
    const rows = manager.getRepository(PolicyVersionEntity);
    if (await rows.existsBy({ active: true })) return;
    const { version, name } = loadPolicySet(BALANCED);
    const source = { access: BALANCED.access, obligations: BALANCED.obligations };
    const at = this.now();
    await rows.save({ version, name, source, createdAt: at, activatedAt: at, active: true });
    await this.audit.record({
      type: 'policy.activated',
      correlation_id: newId('cor'),
      outcome: 'success',
      detail: { policy_version: version, name, reason: 'starter set' },
    });
    await this.signals.send(manager, { kind: 'policy_activated', version });
  }

  private async reload(): Promise<void> {
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
  const set = loadPolicySet({ name: row.name, access: row.source.access, obligations: row.source.obligations });
  if (set.version === row.version) return set;
  throw new HoldshortError('policy_error', `The stored policy ${row.version} now loads as ${set.version}.`);
}
