import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type Repository } from 'typeorm';
import { ControlPlaneAudit, type OwnEventOf } from '../audit/control-plane-audit.js';
import { hasAnyRole, isSamePerson, type Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { newId } from '../random-id.js';
import type { Session } from '../sessions/session.js';
import { PeopleService } from '../auth/people/people.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import type { HeldGate } from './approval.entity.js';
import type { ApprovalUse } from './approvals.service.js';
import { isAuthor } from './authors.js';
import { covers, grantsThatOpen, type Grant, type HeldEffect } from './grant-cover.js';
import { GrantEntity } from './grant.entity.js';

export interface GrantOrder {
  sessionId: string;
  engineer: string;
  actions: string[];
  repo: string;
  refGlob: string;
  gates: string[];
  seconds: number;
  reason: string;
}

/** A call that is held, as far as a grant may speak of it. */
export interface HeldCall {
  session: Session;
  effects: readonly HeldEffect[];
  gates: readonly HeldGate[];
  authors: readonly string[];
  digest: string;
  correlationId: string;
}

const notFound = (): HoldshortError => new HoldshortError('not_found', 'There is no such grant.');

/**
 * Standing answers to holds. A grant opens gates, so it never opens what policy plainly forbids; nobody gives one to
 * themselves or for their own commits, and it counts only for gates whose group its giver belongs to.
 */
@Injectable()
export class GrantsService {
  private readonly rows: Repository<GrantEntity>;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly sessions: SessionsService,
    private readonly people: PeopleService,
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(GrantEntity);
  }

  /** @throws HoldshortError `not_authorized` for a grant to oneself, `request_malformed` for one that lasts too long */
  async give(giver: Identity, order: GrantOrder, correlationId: string): Promise<Grant> {
    if (order.seconds > this.settings.grantMaxSeconds) {
      const hours = String(this.settings.grantMaxSeconds / 3600);
      throw new HoldshortError('request_malformed', `A grant lasts at most ${hours} hours here.`);
    }
    const row = await this.newRow(giver, order);
    await this.database.transaction(async (manager) => {
      await manager.getRepository(GrantEntity).insert(row);
      await this.audit.record({ type: 'grant.given', ...factsOf(row, correlationId), human: giver });
    });
    return row;
  }

  /** By whoever gave it, or an administrator: taking back is never dangerous. */
  async revoke(caller: Identity, id: string, correlationId: string): Promise<Grant> {
    return this.database.transaction(async (manager) => {
      const row = await manager
        .getRepository(GrantEntity)
        .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!row || !maySee(caller, row)) throw notFound();
      if (!isGiver(caller, row) && !hasAnyRole(caller, 'admin')) {
        throw new HoldshortError('not_authorized', 'Only its giver or an administrator takes a grant back.');
      }
      if (row.revokedAt) throw new HoldshortError('conflict', 'This grant is taken back already.');
      Object.assign(row, { revokedAt: this.now(), revokedBy: caller.login });
      await manager.getRepository(GrantEntity).save(row);
      await this.audit.record({ type: 'grant.revoked', ...factsOf(row, correlationId), human: caller });
      return row;
    });
  }

  /** Newest first, at most 500; engineers see what they gave and what concerns them. */
  async list(caller: Identity, liveOnly: boolean): Promise<Grant[]> {
    const rows = this.rows.createQueryBuilder('g').orderBy('g.created_at', 'DESC').addOrderBy('g.id', 'DESC');
    if (liveOnly) rows.andWhere('g.revoked_at IS NULL AND g.expires_at > :now', { now: this.now() });
    return (await rows.limit(500).getMany()).filter((row) => maySee(caller, row));
  }

  /** The grants that open every gate of the call; undefined where they do not. */
  async opening(call: HeldCall): Promise<Grant[] | undefined> {
    const live = await this.rows
      .createQueryBuilder('g')
      .where('g.revoked_at IS NULL AND g.expires_at > :now', { now: this.now() })
      .andWhere("(g.session_id = :id OR (g.session_id = '' AND g.engineer = :login))", {
        id: call.session.id,
        login: call.session.humanLogin,
      })
      .getMany();
    const fitting = live.filter(
      (grant) =>
        !isOwner(grant, call.session) &&
        !isAuthor(call.authors, grant.granterEmail) &&
        call.effects.every((effect) => covers(grant, call.session, effect)),
    );
    if (call.effects.length === 0 || fitting.length === 0) return undefined;
    return grantsThatOpen(await this.withGroupsOfToday(fitting), call.gates);
  }

  /** Who has left a group of approvers, or the company, since giving a grant approves nothing by it any more. */
  private withGroupsOfToday(grants: readonly Grant[]): Promise<Grant[]> {
    return Promise.all(
      grants.map(async (grant) => {
        const giver = await this.people.find({ idp: grant.granterIdp, sub: grant.granterSub });
        const today = giver?.identity.groups ?? [];
        return { ...grant, granterGroups: grant.granterGroups.filter((group) => today.includes(group)) };
      }),
    );
  }

  /** Notes that the call went through on these grants. @returns undefined where one was taken back meanwhile */
  async use(grants: readonly Grant[], call: HeldCall): Promise<ApprovalUse | undefined> {
    return this.database.transaction(async (manager) => {
      const [rows] = await manager.query<[{ id: string }[], number]>(
        `WITH live AS (SELECT id FROM holdshort.approval_grants
           WHERE id = ANY($1) AND revoked_at IS NULL AND expires_at > $2 ORDER BY id FOR UPDATE)
         UPDATE holdshort.approval_grants SET uses = uses + 1
         WHERE id IN (SELECT id FROM live) AND (SELECT count(*) FROM live) = $3 RETURNING id`,
        [grants.map((grant) => grant.id), this.now(), grants.length],
      );
      const [first] = grants;
      if (!first || rows.length !== grants.length) return undefined;
      const approvers = [...new Set(grants.map((grant) => grant.granterLogin))];
      for (const grant of grants) await this.audit.record(useEvent(grant, call));
      return { approvalId: first.id, approvers, approvedAt: first.createdAt, digest: call.digest };
    });
  }

  private async newRow(giver: Identity, { seconds, ...order }: GrantOrder): Promise<Grant> {
    const owner = order.sessionId === '' ? undefined : await this.sessions.get(giver, order.sessionId);
    const engineer = { engineer: owner?.humanLogin ?? order.engineer, engineerIdp: owner?.humanIdp ?? giver.idp };
    const self = owner
      ? isSamePerson(giver, { idp: owner.humanIdp, sub: owner.humanSub })
      : engineer.engineer === giver.login;
    if (self) throw new HoldshortError('not_authorized', 'Nobody gives a grant to themselves; someone else must.');
    const createdAt = this.now();
    return {
      id: newId('grt'),
      ...order,
      ...engineer,
      granterSub: giver.sub,
      granterIdp: giver.idp,
      granterLogin: giver.login,
      granterEmail: giver.email,
      granterGroups: giver.groups,
      createdAt,
      expiresAt: secondsLater(createdAt, seconds),
      revokedAt: null,
      revokedBy: null,
      uses: 0,
    };
  }
}

const isOwner = (grant: Grant, session: Session): boolean =>
  isSamePerson({ idp: grant.granterIdp, sub: grant.granterSub }, { idp: session.humanIdp, sub: session.humanSub });

const isGiver = (caller: Identity, row: Grant): boolean =>
  isSamePerson(caller, { idp: row.granterIdp, sub: row.granterSub });

const maySee = (caller: Identity, row: Grant): boolean =>
  hasAnyRole(caller, 'admin', 'approver', 'auditor') || isGiver(caller, row) || row.engineer === caller.login;

function factsOf(row: Grant, correlationId: string) {
  return {
    correlation_id: correlationId,
    ...(row.sessionId === '' ? {} : { session_id: row.sessionId }),
    target: { host: 'github.com', repo: row.repo, ...(row.refGlob === '' ? {} : { ref: row.refGlob }) },
    approval: { id: row.id, approvers: [row.granterLogin], digest: '', reason: row.reason },
    outcome: 'success' as const,
    detail: {
      engineer: row.engineer,
      actions: row.actions.join(' '),
      gates: row.gates.join(' '),
      expires: row.expiresAt.toISOString(),
    },
  };
}

function useEvent(row: Grant, { session, correlationId, digest }: HeldCall): OwnEventOf<'grant.used'> {
  const facts = factsOf(row, correlationId);
  return {
    type: 'grant.used',
    ...facts,
    session_id: session.id,
    human: { sub: session.humanSub, login: session.humanLogin, idp: session.humanIdp },
    approval: { ...facts.approval, digest },
  };
}
