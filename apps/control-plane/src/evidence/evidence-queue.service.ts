import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { newId } from '../random-id.js';
import type { NotWritten } from './evidence-fault.js';
import type { EvidenceDraft, EvidenceJob } from './evidence-job.js';

/** Longer than any attempt takes; what a replica claimed and did not finish is tried again after it. */
const CLAIM_S = 120;
/** Tries go on for a day; then the evidence is given up, aloud. */
const GIVE_UP_S = 86_400;
const LONGEST_WAIT_S = 300;
/** What a commit is refused for so often it is refused for good. */
const SOON_ATTEMPTS = 4;
const KEPT_DAYS = 90;

const INSERT = `INSERT INTO holdshort.evidence
  (id, kind, event_id, subject, agent_id, session_id, correlation_id, approval_id, ref, site, repo, pulls, state, attempts,
   created_at, next_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '{}', 'waiting', 0, $10, $10) ON CONFLICT DO NOTHING`;

type ClaimedRow = Omit<EvidenceJob, 'approvalId'> & { approvalId: string | null };

/** What has yet to be said at GitHub, in PostgreSQL. Each is claimed by one replica at a time. */
@Injectable()
export class EvidenceQueue {
  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Part of the caller's transaction; what an event has asked for once is not asked for again. */
  async add(manager: EntityManager, drafts: readonly EvidenceDraft[]): Promise<void> {
    for (const draft of drafts) {
      const { kind, eventId, subject, agentId, sessionId, correlationId, approvalId, ref } = draft;
      const values = [kind, eventId, subject, agentId, sessionId, correlationId, approvalId ?? null, ref];
      await manager.query(INSERT, [newId('evd'), ...values, this.now()]);
    }
  }

  async claim(limit: number): Promise<EvidenceJob[]> {
    const now = this.now();
    const [rows] = await this.database.query<[ClaimedRow[], number]>(
      `UPDATE holdshort.evidence SET attempts = attempts + 1, next_at = $2 WHERE id IN (
         SELECT id FROM holdshort.evidence WHERE state = 'waiting' AND next_at <= $1
         ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING id, kind, event_id AS "eventId", subject, agent_id AS "agentId", session_id AS "sessionId",
         correlation_id AS "correlationId", approval_id AS "approvalId", ref, attempts, created_at AS "createdAt"`,
      [now, secondsLater(now, CLAIM_S), limit],
    );
    return rows.map(({ approvalId, ...row }) => ({ ...row, approvalId: approvalId ?? undefined }));
  }

  async ended(id: string, state: 'written' | 'nothing'): Promise<void> {
    await this.database.query(
      'UPDATE holdshort.evidence SET state = $2, ended_at = $3, last_error = NULL WHERE id = $1',
      [id, state, this.now()],
    );
  }

  /** @returns whether it is given up */
  async failed({ id, attempts, createdAt }: EvidenceJob, error: NotWritten): Promise<boolean> {
    const now = this.now();
    const isLate = now.getTime() - createdAt.getTime() > GIVE_UP_S * 1000;
    const isFinal = error.isFinal === 'always' || (error.isFinal === 'soon' && attempts >= SOON_ATTEMPTS);
    const givenUp = isLate || isFinal;
    await this.database.query(
      'UPDATE holdshort.evidence SET state = $2, next_at = $3, last_error = $4, ended_at = $5 WHERE id = $1',
      [id, givenUp ? 'failed' : 'waiting', secondsLater(now, waitAfter(attempts)), error.message, givenUp ? now : null],
    );
    return givenUp;
  }

  /** Which repository it is about, once the decision has told. */
  async placed(id: string, site: string, repo: string): Promise<void> {
    await this.database.query('UPDATE holdshort.evidence SET site = $2, repo = $3 WHERE id = $1', [id, site, repo]);
  }

  async prune(): Promise<void> {
    await this.database.query(`DELETE FROM holdshort.evidence WHERE created_at < $1 AND state <> 'waiting'`, [
      secondsLater(this.now(), -KEPT_DAYS * 86_400),
    ]);
  }
}

/** Seconds until the next try: doubling from one, with up to a quarter more so that replicas do not ask in step. */
const waitAfter = (attempts: number): number =>
  Math.min(LONGEST_WAIT_S, 2 ** Math.min(attempts - 1, 10)) * (1 + Math.random() / 4);
