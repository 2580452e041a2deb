import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, secondsLater, type Clock } from '../../clock.js';
import { newId } from '../../random-id.js';
import type { NoticeEvent } from './notice.js';
import { NOTIFIERS, type Notifiers } from './notifiers.js';
import type { Channel, NotDelivered } from './notifier.js';

/** One notice on its way through one channel. */
export interface Waiting {
  id: string;
  channel: Channel;
  approvalId: string;
  event: NoticeEvent;
  attempts: number;
  createdAt: Date;
  /** Receipt of the first notice of this approval in this channel. */
  earlier: string | undefined;
}

/** Longer than any attempt takes; what a replica claimed and did not finish is tried again after it. */
const CLAIM_S = 60;
/** Tries go on for a day; then the notice is given up, aloud. */
const GIVE_UP_S = 86_400;
const LONGEST_WAIT_S = 300;

/**
 * What people have yet to be told, in PostgreSQL: a notice is written in the transaction of what it tells of, so none is
 * lost and none is told of what did not happen. Each is claimed by one replica at a time.
 */
@Injectable()
export class OutboxService {
  constructor(
    private readonly database: DataSource,
    @Inject(NOTIFIERS) private readonly notifiers: Notifiers,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Part of the caller's transaction. */
  async add(manager: EntityManager, event: NoticeEvent, approvalId: string): Promise<void> {
    for (const { channel } of this.notifiers.all) {
      await manager.query(
        `INSERT INTO holdshort.notifications (id, channel, approval_id, event, state, attempts, created_at, next_at)
         VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $5)`,
        [newId('ntf'), channel, approvalId, event, this.now()],
      );
    }
  }

  /** The next due notices, for this replica alone; of one approval and channel the oldest only, so that they keep their order. */
  async claim(limit: number): Promise<Waiting[]> {
    const now = this.now();
    const [rows] = await this.database.query<[Waiting[], number]>(
      `UPDATE holdshort.notifications n SET attempts = attempts + 1, next_at = $2 WHERE id IN (
         SELECT w.id FROM holdshort.notifications w WHERE w.state = 'waiting' AND w.next_at <= $1 AND w.channel = ANY($4)
           AND NOT EXISTS (SELECT 1 FROM holdshort.notifications o WHERE o.state = 'waiting' AND o.approval_id = w.approval_id
             AND o.channel = w.channel AND (o.seq) < (w.seq))
         ORDER BY w.seq LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING id, channel, approval_id AS "approvalId", event, attempts, created_at AS "createdAt",
         (SELECT s.receipt FROM holdshort.notifications s WHERE s.approval_id = n.approval_id AND s.channel = n.channel
            AND s.receipt IS NOT NULL ORDER BY s.seq LIMIT 1) AS earlier`,
      [now, secondsLater(now, CLAIM_S), limit, this.notifiers.all.map(({ channel }) => channel)],
    );
    return rows.map((row) => ({ ...row, earlier: row.earlier ?? undefined }));
  }

  async delivered(id: string, receipt: string | undefined): Promise<void> {
    await this.database.query(
      `UPDATE holdshort.notifications SET state = 'sent', sent_at = $2, receipt = $3, last_error = NULL WHERE id = $1`,
      [id, this.now(), receipt ?? null],
    );
  }

  /** @returns whether it is given up */
  async failed({ id, attempts, createdAt }: Waiting, error: NotDelivered): Promise<boolean> {
    const now = this.now();
    const givenUp = now.getTime() - createdAt.getTime() > GIVE_UP_S * 1000;
    await this.database.query(
      'UPDATE holdshort.notifications SET state = $2, next_at = $3, last_error = $4 WHERE id = $1',
      [id, givenUp ? 'failed' : 'waiting', secondsLater(now, waitAfter(attempts, error.retryAfter)), error.message],
    );
    return givenUp;
  }
}

/** Seconds until the next try: doubling from one, with up to a quarter more so that receivers are not hit in step. */
function waitAfter(attempts: number, asked: number): number {
  const wait = Math.min(LONGEST_WAIT_S, 2 ** Math.min(attempts - 1, 10)) * (1 + Math.random() / 4);
  return Math.max(wait, Math.min(asked, 3600));
}
