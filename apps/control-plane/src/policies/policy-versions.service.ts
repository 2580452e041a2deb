import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { diffPolicySets, type PolicySetDiff, type PolicySetSource } from '@holdshort/policy';
import { DataSource, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { isSamePerson, type Identity } from '../auth/identity.js';
import { CLOCK, type Clock } from '../clock.js';
import { pageOf, readCursor, type Page } from '../page.js';
import { checkPolicy } from './check-policy.js';
import { PolicyActivationEntity } from './policy-activation.entity.js';
import { policyRow } from './policy-row.js';
import { actorOf } from './policy-actor.js';
import { PolicyVersionEntity, type StarterOrigin } from './policy-version.entity.js';

export interface DraftRequest {
  source: PolicySetSource;
  note: string;
  starter: StarterOrigin | null;
}

export interface Review {
  approve: boolean;
  note: string;
}

const conflict = (message: string): HoldshortError => new HoldshortError('conflict', message);

/** Versions from draft to approval. None of it changes what is in force. */
@Injectable()
export class PolicyVersionsService {
  private readonly rows: Repository<PolicyVersionEntity>;

  constructor(
    private readonly database: DataSource,
    private readonly audit: ControlPlaneAudit,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(PolicyVersionEntity);
  }

  /**
   * Stores a set once its cases pass. The same content is the same version, whoever stores it again.
   * @throws HoldshortError `request_malformed` where it does not load or a case fails; then nothing is stored
   */
  async save(caller: Identity, { source, note, starter }: DraftRequest, correlationId: string) {
    const row = { ...policyRow(source, await checkPolicy(source), this.now()), note, starter, author: actorOf(caller) };
    await this.database.transaction(async (manager) => {
      const added = await manager
        .createQueryBuilder()
        .insert()
        .into(PolicyVersionEntity)
        .values(row)
        .orIgnore()
        .returning('version')
        .execute();
      if ((added.raw as unknown[]).length === 0) return;
      const detail = { policy_version: row.version, name: row.name, note };
      await this.audit.record({ type: 'policy.saved', ...by(caller, correlationId), detail });
    });
    return this.get(row.version);
  }

  /** @throws HoldshortError `not_found` */
  async get(version: string): Promise<PolicyVersionEntity> {
    const row = await this.rows.findOneBy({ version });
    if (!row) throw new HoldshortError('not_found', `There is no policy version ${version}.`);
    return row;
  }

  /** Newest first, without their texts' weight in the page's limit. */
  async list(limit: number, cursor: string | undefined): Promise<Page<PolicyVersionEntity>> {
    const rows = this.rows.createQueryBuilder('p').orderBy('p.created_at', 'DESC').addOrderBy('p.version', 'DESC');
    const after = readCursor(cursor);
    if (after) rows.andWhere('(p.created_at, p.version) < (:at, :id)', after);
    return pageOf(await rows.limit(limit + 1).getMany(), limit, (row) => ({ at: row.createdAt, id: row.version }));
  }

  /** Newest first. */
  async activations(limit: number, cursor: string | undefined): Promise<Page<PolicyActivationEntity>> {
    const rows = this.database
      .getRepository(PolicyActivationEntity)
      .createQueryBuilder('a')
      .orderBy('a.at', 'DESC')
      .addOrderBy('a.id', 'DESC');
    const after = readCursor(cursor);
    if (after) rows.andWhere('(a.at, a.id) < (:at, :id)', after);
    return pageOf(await rows.limit(limit + 1).getMany(), limit, (row) => ({ at: row.at, id: row.id }));
  }

  /** What `version` would change; against the active one where no other is named. */
  async diff(version: string, against: string | undefined): Promise<PolicySetDiff & { from: string; to: string }> {
    const to = await this.get(version);
    const from = against === undefined ? await this.rows.findOneBy({ active: true }) : await this.get(against);
    if (!from) throw new HoldshortError('not_found', 'No policy is active.');
    const diff = diffPolicySets({ ...from.source, name: from.name }, { ...to.source, name: to.name });
    return { from: from.version, to: to.version, ...diff };
  }

  /** Asks for a review. */
  async submit(caller: Identity, version: string, correlationId: string): Promise<PolicyVersionEntity> {
    await this.move(version, ['draft', 'rejected'], { state: 'review', submitter: actorOf(caller), reviewer: null });
    const detail = { policy_version: version };
    await this.audit.record({ type: 'policy.submitted', ...by(caller, correlationId), detail });
    return this.get(version);
  }

  /** @throws HoldshortError `not_authorized` for one's own version, whoever one is */
  async review(caller: Identity, version: string, { approve, note }: Review, correlationId: string) {
    const row = await this.get(version);
    if ([row.author, row.submitter].some((actor) => actor && isSamePerson(actor, caller)))
      throw new HoldshortError('not_authorized', 'A version is reviewed by someone who did not write or submit it.');
    const state = approve ? 'approved' : 'rejected';
    await this.move(version, ['review'], { state, reviewer: actorOf(caller), reviewedAt: this.now() });
    const detail = { policy_version: version, approve, note };
    await this.audit.record({ type: 'policy.reviewed', ...by(caller, correlationId), detail });
    return this.get(version);
  }

  private async move(
    version: string,
    from: PolicyVersionEntity['state'][],
    to: Partial<Pick<PolicyVersionEntity, 'state' | 'submitter' | 'reviewer' | 'reviewedAt'>>,
  ): Promise<void> {
    const row = await this.get(version);
    this.audit.requireWritable();
    const moved = await this.rows
      .createQueryBuilder()
      .update()
      .set(to)
      .where('version = :version AND state IN (:...from)', { version, from })
      .execute();
    if (moved.affected !== 1) throw conflict(`The version is in state ${row.state}; ${from.join(' or ')} is needed.`);
  }
}

const by = (human: Identity, correlationId: string) =>
  ({ correlation_id: correlationId, human, outcome: 'success' }) as const;
