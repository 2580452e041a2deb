import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { noUsage, USAGE_MEASURES, USAGE_WINDOW_MS, type Cap, type Usage, type UsagePer } from '@holdshort/policy';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, type Clock } from '../clock.js';
import { every } from '../every.js';
import { LOGGER } from '../logger.js';
import type { Session } from '../sessions/session.js';

/** Calls that no limit looks at wait this long for company; a crash loses no more than their counts. */
const FLUSH_MS = 1_000;
const SWEEP_MS = 300_000;
/** More than can gather in a second; beyond it counts would be lost, so they are written at once. */
const WAITING_LIMIT = 5_000;

type Counted = Pick<Session, 'id' | 'humanIdp' | 'humanSub'>;

/** The accountable person over all sessions. */
const engineerOf = ({ humanIdp, humanSub }: Counted): string => `${humanIdp} ${humanSub}`;

/** Sums of the hour before now, with the measure and of whom in the name of the column. */
type Sums = Record<string, string>;

const usageIn = (sums: Sums, per: UsagePer): Usage =>
  Object.fromEntries(USAGE_MEASURES.map((measure) => [measure, Number(sums[`${measure}_${per}`] ?? 0)])) as Usage;

const COLUMNS = USAGE_MEASURES.join(', ');
const SUMS = USAGE_MEASURES.flatMap((measure) => [
  `COALESCE(sum(${measure}), 0) AS ${measure}_engineer`,
  `COALESCE(sum(${measure}) FILTER (WHERE session_id = $2), 0) AS ${measure}_session`,
]).join(', ');

/** A call that is counted already. */
export interface Taken {
  /** What was counted before it. */
  before: Record<UsagePer, Usage>;
  putBack: () => Promise<void>;
}

/** What was allowed within the hour, per session and engineer; in PostgreSQL, so the same on every replica. */
@Injectable()
export class UsageCounters implements OnApplicationBootstrap, OnApplicationShutdown {
  private waiting = new Map<string, { session: Counted; cost: Usage }>();
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const failed = (error: unknown): void => {
      this.logger.error({ err: error }, 'counting of calls failed; trying again');
    };
    this.timers = [every(FLUSH_MS, () => this.flush(), failed), every(SWEEP_MS, () => this.sweep(), failed)];
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.flush().catch((error: unknown) => {
      this.logger.error({ err: error }, 'counts of calls not stored at shutdown');
    });
  }

  /**
   * Runs `work` while no other replica counts for the same engineer: what it reads is still true when it adds.
   * The lock ends with the transaction.
   */
  inTurn<T>(session: Counted, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      // a crash of the database may forget the last half second of counts; waiting for its disk at each write costs more
      await manager.query(
        `SELECT set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(hashtextextended($1, 0))`,
        [engineerOf(session)],
      );
      return work(manager);
    });
  }

  async read(manager: EntityManager, session: Counted): Promise<Record<UsagePer, Usage>> {
    const [sums = {}] = await manager.query<Sums[]>(
      `SELECT ${SUMS} FROM holdshort.usage WHERE engineer = $1 AND at > $3`,
      [engineerOf(session), session.id, this.since()],
    );
    return this.withWaiting(session, sums);
  }

  /** Counts a call at once, in turn with other replicas, in one round trip. */
  async take(session: Counted, cost: Usage): Promise<Taken> {
    const values = USAGE_MEASURES.map((measure) => cost[measure]);
    const [row = {}] = await this.database.query<Sums[]>('SELECT * FROM holdshort.take_usage($1, $2, $3, $4, $5)', [
      session.id,
      engineerOf(session),
      this.now(),
      this.since(),
      values,
    ]);
    return {
      before: this.withWaiting(session, row),
      putBack: async () => {
        await this.database.query('DELETE FROM holdshort.usage WHERE id = $1', [row['taken']]);
      },
    };
  }

  async add(manager: EntityManager, session: Counted, cost: Usage): Promise<void> {
    const values = USAGE_MEASURES.map((measure) => cost[measure]);
    await manager.query(
      `INSERT INTO holdshort.usage (session_id, engineer, at, ${COLUMNS}) VALUES ($1, $2, $3, ${values.map((_, n) => `$${n + 4}`).join(', ')})`,
      [session.id, engineerOf(session), this.now(), ...values],
    );
  }

  /** Counted soon; for calls that no limit in force looks at. */
  addLater(session: Counted, cost: Usage): void {
    const known = this.waiting.get(session.id)?.cost ?? noUsage();
    this.waiting.set(session.id, { session, cost: plus(known, cost) });
    if (this.waiting.size < WAITING_LIMIT) return;
    this.flush().catch((error: unknown) => {
      this.logger.error({ err: error }, 'cannot store counts of calls');
    });
  }

  /** When enough of what was counted is an hour old that none of the caps is used up. */
  async passesAt(manager: EntityManager, session: Counted, caps: readonly Cap[]): Promise<Date> {
    const times = await Promise.all(caps.map((cap) => this.passesCapAt(manager, session, cap)));
    return new Date(Math.max(...times.map((time) => time.getTime())));
  }

  private async passesCapAt(manager: EntityManager, session: Counted, { per, measure, limit }: Cap): Promise<Date> {
    const [column, value] = per === 'session' ? ['session_id', session.id] : ['engineer', engineerOf(session)];
    const rows = await manager.query<{ at: Date; amount: string }[]>(
      `SELECT at, ${measure} AS amount FROM holdshort.usage
        WHERE engineer = $1 AND ${column} = $2 AND at > $3 AND ${measure} > 0 ORDER BY at`,
      [engineerOf(session), value, this.since()],
    );
    let left = rows.reduce((sum, row) => sum + Number(row.amount), 0);
    for (const { at, amount } of rows) {
      left -= Number(amount);
      if (left < limit) return new Date(at.getTime() + USAGE_WINDOW_MS);
    }
    return new Date(this.now().getTime() + USAGE_WINDOW_MS);
  }

  private since = (): Date => new Date(this.now().getTime() - USAGE_WINDOW_MS);

  /** Calls of this replica that are not stored yet count as well. */
  private withWaiting(session: Counted, sums: Sums): Record<UsagePer, Usage> {
    const mine = [...this.waiting.values()].filter((entry) => engineerOf(entry.session) === engineerOf(session));
    const own = this.waiting.get(session.id)?.cost ?? noUsage();
    return {
      session: plus(usageIn(sums, 'session'), own),
      engineer: mine.reduce((sum, { cost }) => plus(sum, cost), usageIn(sums, 'engineer')),
    };
  }

  private async flush(): Promise<void> {
    if (this.waiting.size === 0) return;
    const batch = this.waiting;
    this.waiting = new Map();
    try {
      await this.database.transaction(async (manager) => {
        for (const { session, cost } of batch.values()) await this.add(manager, session, cost);
      });
    } catch (error) {
      // put back: counted late is better than not at all
      for (const { session, cost } of batch.values()) this.addBack(session, cost);
      throw error;
    }
  }

  private addBack(session: Counted, cost: Usage): void {
    const known = this.waiting.get(session.id)?.cost ?? noUsage();
    this.waiting.set(session.id, { session, cost: plus(known, cost) });
  }

  /** What is older than two windows can change no decision. */
  private async sweep(): Promise<void> {
    const before = new Date(this.now().getTime() - 2 * USAGE_WINDOW_MS);
    await this.database.query('DELETE FROM holdshort.usage WHERE at < $1', [before]);
  }
}

const plus = (a: Usage, b: Usage): Usage =>
  Object.fromEntries(USAGE_MEASURES.map((measure) => [measure, a[measure] + b[measure]])) as Usage;
