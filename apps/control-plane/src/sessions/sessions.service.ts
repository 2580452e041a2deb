import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { hasAnyRole, type Identity, type PersonKey } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import type { Plain } from '../database/plain.js';
import { newId, randomBase62, sha256Hex } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { SignalsService } from '../signals/signals.service.js';
import { EndSessions, type SessionEnd } from './end-sessions.service.js';
import { KillSwitches, KILLED, killed } from './kill-switches.service.js';
import type { Session } from './session.js';
import { SessionEntity } from './session.entity.js';

export interface SessionRequest {
  assistant: string;
  isHuman: boolean;
  agentId: string | null;
  workspace: string;
  command: string;
  /** The session that this one rolls back. */
  undoes?: string | null;
  /** A shorter life than that of other sessions. */
  seconds?: number;
}

const notFound = (): HoldshortError => new HoldshortError('not_found', 'There is no such session.');

@Injectable()
export class SessionsService {
  private readonly rows: Repository<SessionEntity>;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly audit: ControlPlaneAudit,
    private readonly ends: EndSessions,
    private readonly kills: KillSwitches,
    private readonly signals: SignalsService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(SessionEntity);
  }

  /**
   * The credential is shown once. It looks like a GitHub user token because Copilot's tools accept no other form.
   * @throws HoldshortError `not_authorized`, `not_found` or `request_malformed` where it would roll back what it may not
   * @throws HoldshortError `kill_switch` while the engineer, the workspace or everything is stopped
   */
  async open(
    owner: Identity,
    request: SessionRequest,
    correlationId: string,
  ): Promise<{ session: Session; credential: string }> {
    const credential = `ghu_holdshort_${randomBase62(40)}`;
    if (request.undoes) await this.requireUndoable(owner, request.undoes);
    const session = this.newSession(owner, request, credential);
    await this.kills.refuseStopped(session);
    await this.database.transaction(async (manager) => {
      await manager.getRepository(SessionEntity).insert(session);
      await this.audit.record({
        type: 'session.opened',
        correlation_id: correlationId,
        session_id: session.id,
        human: owner,
        ...(session.assistant === '' ? {} : { ai: { tool: session.assistant } }),
        outcome: 'success',
        detail: {
          workspace: session.workspace,
          agent_id: session.agentId,
          is_human: session.isHuman,
          ...(session.undoes === null ? {} : { undoes: session.undoes }),
        },
      });
    });
    return { session, credential };
  }

  /** @throws HoldshortError `not_found` for a session that is not there or not the caller's to see */
  async get(caller: Identity, id: string): Promise<SessionEntity> {
    const session = await this.rows.findOneBy({ id });
    if (!session || !maySee(caller, session)) throw notFound();
    return session;
  }

  /** Owner or admin; and only what has ended, as a live session could go on writing meanwhile. */
  private async requireUndoable(caller: Identity, id: string): Promise<void> {
    const session = await this.get(caller, id);
    if (!isOwner(caller, session) && !hasAnyRole(caller, 'admin'))
      throw new HoldshortError('not_authorized', 'Only its owner or an administrator rolls a session back.');
    if (session.endedAt === null && session.expiresAt > this.now())
      throw new HoldshortError('request_malformed', `Session ${id} has not ended, and could go on writing.`, {
        advice: `End it first: holdshort session kill ${id}`,
      });
  }

  /** Owner or admin. Ending it twice is no error. */
  async end(caller: Identity, id: string, correlationId: string): Promise<SessionEntity> {
    const session = await this.get(caller, id);
    if (!isOwner(caller, session) && !hasAnyRole(caller, 'admin')) {
      throw new HoldshortError('not_authorized', 'Only its owner or an administrator ends a session.');
    }
    await this.database.transaction((manager) =>
      this.ends.endIn(manager, id, {
        reason: isOwner(caller, session) ? 'closed' : `closed by ${caller.login}`,
        correlationId,
      }),
    );
    return this.get(caller, id);
  }

  /** A live session by its credential's hash, if this agent may speak for it. */
  async resolve(credentialSha256: string, agentId: string): Promise<SessionEntity> {
    return this.live(await this.rows.findOneBy({ credentialSha256 }), agentId);
  }

  /** A live session by its id, if this agent may speak for it. */
  async requireLive(id: string, agentId: string): Promise<SessionEntity> {
    return this.live(await this.rows.findOneBy({ id }), agentId);
  }

  private async live(row: SessionEntity | null, agentId: string): Promise<SessionEntity> {
    const session = requireLive(row, agentId, this.now());
    await this.kills.refuseStopped(session);
    return session;
  }

  /** Those of `ids` that are over or unknown; for a replica that may have missed a signal. */
  async endedAmong(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const live = await this.database.query<{ id: string }[]>(
      'SELECT id FROM holdshort.sessions WHERE id = ANY($1) AND ended_at IS NULL AND expires_at > $2',
      [ids, this.now()],
    );
    const alive = new Set(live.map((row) => row.id));
    return ids.filter((id) => !alive.has(id));
  }

  /** Everybody with a live session. */
  ownersAtWork(): Promise<PersonKey[]> {
    return this.database.query<PersonKey[]>(
      'SELECT DISTINCT human_idp AS idp, human_sub AS sub FROM holdshort.sessions WHERE ended_at IS NULL AND expires_at > $1',
      [this.now()],
    );
  }

  /** Ends all live sessions of a person. */
  async endAllOf({ idp, sub }: PersonKey, end: SessionEnd): Promise<void> {
    await this.database.transaction((manager) => this.ends.endMatching(manager, { humanIdp: idp, humanSub: sub }, end));
  }

  /** Live sessions of a person go on with other groups; agents forget what was decided before. */
  async regroup(manager: EntityManager, owner: PersonKey, groups: readonly string[]): Promise<void> {
    const changed = await manager.query<{ id: string }[]>(
      `WITH changed AS (UPDATE holdshort.sessions SET human_groups = $3
         WHERE human_idp = $1 AND human_sub = $2 AND ended_at IS NULL AND human_groups <> $3::text[] RETURNING id)
       SELECT id FROM changed`,
      [owner.idp, owner.sub, groups],
    );
    for (const { id } of changed) await this.signals.send(manager, { kind: 'session_changed', sessionId: id });
  }

  private newSession(owner: Identity, request: SessionRequest, credential: string): Plain<SessionEntity> {
    const openedAt = this.now();
    const { seconds = this.settings.sessionSeconds, undoes = null, ...about } = request;
    return {
      ...about,
      undoes,
      id: newId('ses'),
      credentialSha256: sha256Hex(credential),
      humanSub: owner.sub,
      humanLogin: owner.login,
      humanEmail: owner.email,
      humanIdp: owner.idp,
      humanGroups: owner.groups,
      openedAt,
      expiresAt: secondsLater(openedAt, Math.min(seconds, this.settings.sessionSeconds)),
      endedAt: null,
      endReason: null,
    };
  }
}

const isOwner = (caller: Identity, session: SessionEntity): boolean =>
  caller.sub === session.humanSub && caller.idp === session.humanIdp;

const maySee = (caller: Identity, session: SessionEntity): boolean =>
  isOwner(caller, session) || hasAnyRole(caller, 'admin', 'approver', 'auditor');

/** @throws HoldshortError `session_unknown` (also for another agent's session), `session_ended` or `kill_switch` */
export function requireLive(session: SessionEntity | null, agentId: string, now: Date): SessionEntity {
  if (!session || (session.agentId !== null && session.agentId !== agentId)) {
    throw new HoldshortError('session_unknown', 'The session is not known.', {
      advice: 'Start one with `holdshort run`.',
    });
  }
  if (session.endReason?.startsWith(KILLED) === true) throw killed(session.endReason);
  if (session.endedAt !== null || session.expiresAt <= now) {
    throw new HoldshortError('session_ended', 'The session is closed or expired.', {
      advice: 'Start a new one with `holdshort run`.',
    });
  }
  return session;
}
