import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource } from 'typeorm';
import { hasAnyRole, isSamePerson, type Identity } from '../auth/identity.js';
import { CLOCK, type Clock } from '../clock.js';
import { pageOf, readCursor, type Page } from '../page.js';
import { PublicUrl } from '../server/public-url.js';
import { approvalUrl, approvalView } from './approval-view.js';
import { ApprovalEntity } from './approval.entity.js';
import { ApprovalsService } from './approvals.service.js';

export type ApprovalView = ReturnType<typeof approvalView>;

export interface ApprovalQuery {
  state: 'pending' | 'all';
  limit: number;
  cursor: string | undefined;
}

/** Approvals, from the side of people: those of their own sessions and those they may answer; some roles see all. */
@Injectable()
export class ListApprovalsService {
  constructor(
    private readonly database: DataSource,
    private readonly approvals: ApprovalsService,
    private readonly publicUrl: PublicUrl,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Newest first. */
  async list(caller: Identity, query: ApprovalQuery): Promise<Page<ApprovalView>> {
    const rows = this.database
      .getRepository(ApprovalEntity)
      .createQueryBuilder('a')
      .orderBy('a.created_at', 'DESC')
      .addOrderBy('a.id', 'DESC');
    if (!seesAll(caller)) {
      const { sub, idp, groups } = caller;
      rows.andWhere(
        `((a.owner_sub = :sub AND a.owner_idp = :idp)
          OR EXISTS (SELECT 1 FROM jsonb_array_elements(a.gates) gate WHERE gate->>'approvers' = ANY(:groups)))`,
        { sub, idp, groups },
      );
    }
    if (query.state === 'pending') rows.andWhere("a.state = 'pending' AND a.expires_at > :now", { now: this.now() });
    const after = readCursor(query.cursor);
    if (after) rows.andWhere('(a.created_at, a.id) < (:at, :id)', after);
    const page = pageOf(await rows.limit(query.limit + 1).getMany(), query.limit, (row) => ({
      at: row.createdAt,
      id: row.id,
    }));
    return { items: await this.viewsOf(page.items), next: page.next };
  }

  /** @throws HoldshortError `not_found` for one that is not there or not the caller's to see */
  async get(caller: Identity, id: string): Promise<ApprovalView> {
    const row = await this.database.getRepository(ApprovalEntity).findOneBy({ id });
    const [view] = row && maySee(caller, row) ? await this.viewsOf([row]) : [];
    if (!view) throw new HoldshortError('not_found', 'There is no such approval.');
    return view;
  }

  private async viewsOf(rows: readonly ApprovalEntity[]): Promise<ApprovalView[]> {
    const votes = await this.approvals.votesOf(rows.map((row) => row.id));
    return rows.map((row) => approvalView(row, votes.get(row.id) ?? [], approvalUrl(this.publicUrl.value, row.id)));
  }
}

const seesAll = (caller: Identity): boolean => hasAnyRole(caller, 'admin', 'approver', 'auditor');

const maySee = (caller: Identity, row: ApprovalEntity): boolean =>
  seesAll(caller) ||
  isSamePerson(caller, { idp: row.ownerIdp, sub: row.ownerSub }) ||
  row.gates.some((gate) => caller.groups.includes(gate.approvers));
