import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, secondsLater, type Clock } from '../clock.js';

/** A session that worked on a pull request, with the newest commit that it brought. */
export interface PullSession {
  sessionId: string;
  engineer: string;
  assistant: string;
  approvers: string[];
  commit: string;
}

/** A branch is used again: of what was longer ago the pull request knows by its number alone. */
const BRANCH_DAYS = 30;

const SESSIONS = `SELECT e.session_id AS "sessionId", s.human_login AS engineer, s.assistant, max(e.created_at) AS at,
    coalesce((SELECT array_agg(DISTINCT v.login) FROM holdshort.approval_votes v
      WHERE v.effect = 'approve' AND v.approval_id = ANY(array_agg(e.approval_id))), '{}') AS approvers,
    coalesce((SELECT c.subject FROM holdshort.evidence c WHERE c.kind = 'commit' AND c.session_id = e.session_id
      AND c.site = $1 AND c.repo = $2 AND c.ref = $3 ORDER BY c.created_at DESC, c.id LIMIT 1), '') AS commit
  FROM holdshort.evidence e JOIN holdshort.sessions s ON s.id = e.session_id
  WHERE e.kind = 'pull' AND e.site = $1 AND e.repo = $2 AND ($4 = ANY(e.pulls) OR (e.ref = $3 AND e.created_at > $5))
  GROUP BY e.session_id, s.human_login, s.assistant ORDER BY at DESC, e.session_id LIMIT 1000`;

export interface Pull {
  site: string;
  /** owner/name */
  repo: string;
  number: number;
  /** Fully qualified; empty for the branch of another repository. */
  headRef: string;
}

/** What is known of pull requests: by whose sessions, and which comment of ours stands there. */
@Injectable()
export class PullSessions {
  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** From now on the job is about this pull request, too. */
  async note(jobId: string, number: number): Promise<void> {
    await this.database.query(
      'UPDATE holdshort.evidence SET pulls = pulls || $2::integer WHERE id = $1 AND NOT $2 = ANY(pulls)',
      [jobId, number],
    );
  }

  /** Newest first. */
  of({ site, repo, number, headRef }: Pull): Promise<PullSession[]> {
    const since = secondsLater(this.now(), -BRANCH_DAYS * 86_400);
    return this.database.query<PullSession[]>(SESSIONS, [site, repo, headRef, number, since]);
  }

  /**
   * One at a time for a pull request, whichever replica it is: two would each write a comment.
   * @param work gets the id of our comment, where one is known
   */
  async alone<T>({ site, repo, number }: Pull, work: (known: string | undefined) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `evidence ${site}/${repo}#${String(number)}`,
      ]);
      const [known] = await manager.query<{ id: string }[]>(
        'SELECT comment_id AS id FROM holdshort.evidence_comments WHERE site = $1 AND repo = $2 AND pull = $3',
        [site, repo, number],
      );
      return work(known?.id);
    });
  }

  /** @param commentId as text: a bigint may outgrow a number */
  async remember({ site, repo, number }: Pull, commentId: string): Promise<void> {
    await this.database.query(
      `INSERT INTO holdshort.evidence_comments (site, repo, pull, comment_id) VALUES ($1, $2, $3, $4)
       ON CONFLICT (site, repo, pull) DO UPDATE SET comment_id = EXCLUDED.comment_id`,
      [site, repo, number, commentId],
    );
  }
}
