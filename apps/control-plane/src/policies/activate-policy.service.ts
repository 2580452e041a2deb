import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { isSamePerson, type Identity } from '../auth/identity.js';
import { CLOCK, type Clock } from '../clock.js';
import { newId } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { SignalsService } from '../signals/signals.service.js';
import { checkPolicy } from './check-policy.js';
import { PolicyActivationEntity } from './policy-activation.entity.js';
import { actorOf } from './policy-actor.js';
import { PolicyVersionEntity } from './policy-version.entity.js';

export interface Activation {
  reason: string;
  correlationId: string;
  /** Leases that were issued before are revoked now, calls under way included. */
  atOnce?: boolean;
  caller?: Identity;
}

/** Any constant; two activations at once come into force one after the other. */
const ACTIVATION_LOCK = 7400_0003;

const unknown = (version: string): HoldshortError =>
  new HoldshortError('not_found', `There is no policy version ${version}.`);

/** Brings versions into force, on every replica at once. */
@Injectable()
export class ActivatePolicy {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) readonly now: Clock,
  ) {}

  /** @throws HoldshortError `conflict` where another person must have agreed first, or a case fails by now */
  async activate(caller: Identity, version: string, activation: Activation): Promise<void> {
    const row = await this.database.getRepository(PolicyVersionEntity).findOneBy({ version });
    if (!row) throw unknown(version);
    if (this.settings.policySecondPerson) requireSecondPerson(row);
    // what was stored by an earlier release is checked against the rules of this one
    await checkPolicy({ ...row.source, name: row.name });
    await this.database.transaction((manager) => this.activateIn(manager, version, { ...activation, caller }));
  }

  /** Goes back to what was in force before; one administrator is enough, for it was agreed to once. */
  async rollback(caller: Identity, activation: Activation): Promise<string> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [ACTIVATION_LOCK]);
      const [last] = await manager.getRepository(PolicyActivationEntity).find({ order: { at: 'DESC' }, take: 1 });
      if (!last?.previous) throw new HoldshortError('conflict', 'No policy was in force before this one.');
      const reason = `rollback: ${activation.reason}`;
      await this.activateIn(manager, last.previous, { ...activation, caller, reason });
      return last.previous;
    });
  }

  /** Part of the caller's transaction. Activating what is active changes nothing. */
  async activateIn(manager: EntityManager, version: string, activation: Activation): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [ACTIVATION_LOCK]);
    const rows = manager.getRepository(PolicyVersionEntity);
    const before = await rows.findOneBy({ active: true });
    if (before?.version === version) return;
    if (before) await rows.update({ version: before.version }, { active: false });
    const at = this.now();
    const updated = await rows.update({ version }, { active: true, activatedAt: at });
    if (updated.affected !== 1) throw unknown(version);
    await this.remember(manager, version, before?.version ?? null, activation, at);
    await this.signals.send(manager, { kind: 'policy_activated', version, atOnce: activation.atOnce === true });
  }

  // eslint-disable-next-line max-params -- one row and one event of the same five facts
  private async remember(
    manager: EntityManager,
    version: string,
    previous: string | null,
    { caller, reason, correlationId, atOnce = false }: Activation,
    at: Date,
  ): Promise<void> {
    const activatedBy = caller ? actorOf(caller) : null;
    const row = { id: newId('act'), version, previous, reason, activatedBy, at };
    await manager.getRepository(PolicyActivationEntity).insert(row);
    const { name } = await manager.getRepository(PolicyVersionEntity).findOneByOrFail({ version });
    await this.audit.record({
      type: 'policy.activated',
      correlation_id: correlationId,
      ...(caller ? { human: caller } : {}),
      outcome: 'success',
      detail: { policy_version: version, previous, name, reason, at_once: atOnce },
    });
  }
}

/** Whoever wrote it or asked for the review has agreed already; the second person is someone else. */
function requireSecondPerson({ state, author, submitter, reviewer }: PolicyVersionEntity): void {
  const own = [author, submitter].some((actor) => actor && reviewer && isSamePerson(actor, reviewer));
  if (state === 'approved' && reviewer && !own) return;
  throw new HoldshortError('conflict', 'A second person must approve this version before it comes into force.', {
    advice: 'Ask for a review with `holdshort policy submit`, and let someone else run `holdshort policy review`.',
  });
}
