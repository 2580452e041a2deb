import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hasAnyRole, type Identity } from '../auth/identity.js';
import { CLOCK, type Clock } from '../clock.js';
import { pageOf, readCursor, type Page } from '../page.js';
import { SessionEntity } from './session.entity.js';

export interface SessionQuery {
  state: 'live' | 'all';
  limit: number;
  cursor: string | undefined;
}

@Injectable()
export class ListSessionsService {
  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Newest first; engineers see their own. */
  async list(caller: Identity, query: SessionQuery): Promise<Page<SessionEntity>> {
    const rows = this.database
      .getRepository(SessionEntity)
      .createQueryBuilder('s')
      .orderBy('s.opened_at', 'DESC')
      .addOrderBy('s.id', 'DESC');
    if (!hasAnyRole(caller, 'admin', 'approver', 'auditor')) {
      rows.andWhere('s.human_sub = :sub AND s.human_idp = :idp', { sub: caller.sub, idp: caller.idp });
    }
    if (query.state === 'live') rows.andWhere('s.ended_at IS NULL AND s.expires_at > :now', { now: this.now() });
    const after = readCursor(query.cursor);
    if (after) rows.andWhere('(s.opened_at, s.id) < (:at, :id)', after);
    return pageOf(await rows.limit(query.limit + 1).getMany(), query.limit, (row) => ({
      at: row.openedAt,
      id: row.id,
    }));
  }
}
