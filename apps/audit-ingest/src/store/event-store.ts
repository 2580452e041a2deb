import type { AuditEvent } from '@holdshort/audit-events';
import pg, { type Pool, type PoolClient } from 'pg';
import { inTransaction } from './in-transaction.js';
import { sortIncoming, type Accepted, type Incoming, type Refused, type Sorted } from './incoming.js';
import { insertCheckpoints, insertEvents, insertNewEvents, insertQuarantine, KNOWN_EVENT } from './insert-events.js';
import { migrate } from './migrations.js';
import { dayOf, daysAhead, Partitions } from './partitions.js';
import { replayWanted } from './replay.js';
import { removeOldDays, type Removal } from './retention.js';

export interface StoreResult {
  inserted: number;
  repeated: number;
  quarantined: Refused[];
  /** New or repeated, in the order in which they came. */
  events: readonly AuditEvent[];
}

type Stored = Omit<StoreResult, 'events'>;

/** SQLSTATE classes 22 (data), 23 (constraint) and 54 (over a limit): the row's own fault, which no repetition mends. */
const isRowFault = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(?:22|23|54)/.test(error.code ?? '') && error.code !== MISSING_PARTITION;

/** `check_violation`, what an insert without a partition for its day gives. */
const MISSING_PARTITION = '23514';

/** Events in PostgreSQL: each once, whatever comes twice; what cannot be an event in quarantine, never in the way. */
export class EventStore {
  private readonly pool: Pool;
  private readonly partitions: Partitions;

  /** @param retentionDays older events are refused, and dropped by `retain` */
  constructor(
    databaseUrl: string,
    private readonly retentionDays: number,
  ) {
    this.pool = new pg.Pool({
      connectionString: databaseUrl,
      max: 8,
      connectionTimeoutMillis: 5000,
      application_name: 'holdshort-audit-ingest',
    });
    // A connection that breaks is replaced at the next use, and the query under way fails by itself; unheard, the
    // event would end the process. The pool hears it of idle connections only, so each one gets a listener as well.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => {
      client.on('error', () => undefined);
    });
    this.partitions = new Partitions(this.pool);
  }

  /** Migrations, and partitions for the next days. */
  async prepare(): Promise<void> {
    await migrate(this.pool);
    await this.makePartitionsAhead();
  }

  makePartitionsAhead(): Promise<void> {
    return this.partitions.ensure(daysAhead(Date.now()));
  }

  /** Drops the days that are past retention, except for what is held; one ingest of several does it. */
  async retain(): Promise<Removal[]> {
    const removals = await removeOldDays(this.pool, { nowMs: Date.now(), retentionDays: this.retentionDays });
    if (removals.length > 0) this.partitions.forget();
    return removals;
  }

  /** Quarantined records that somebody asked for, once more. @returns how many were tried */
  replay(): Promise<number> {
    return replayWanted(this.pool, (batch) => this.store(batch, { keepRefused: false }));
  }

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  /** @param keepRefused false for what stands in quarantine already.
   * Resolves when the whole batch is committed. Rejects where the database fails; it is to be stored again then, whatever of it stands there. */
  async store(batch: readonly Incoming[], { keepRefused = true } = {}): Promise<StoreResult> {
    const sorted = await sortIncoming(batch, { nowMs: Date.now(), retentionDays: this.retentionDays });
    await this.partitions.ensure(new Set(sorted.accepted.map(({ event }) => dayOf(event.time))));
    return { ...(await this.commit(sorted, keepRefused)), events: sorted.accepted.map(({ event }) => event) };
  }

  /** Records in quarantine that no replay has stored. */
  async deadLetters(): Promise<number> {
    const { rows } = await this.pool.query<{ waiting: string }>(
      `SELECT count(*) AS waiting FROM audit.quarantine
       WHERE replay_result IS NULL OR replay_result NOT IN ('stored', 'known already')`,
    );
    return Number(rows[0]?.waiting);
  }

  /** Nearly always all events are new: they go the quick way, and what else there is after them. */
  private async commit(sorted: Sorted, keepRefused: boolean): Promise<Stored> {
    const { accepted, checkpoints, refused } = sorted;
    const areStored = await this.storeNew(accepted);
    const left = areStored ? { accepted: [], checkpoints, refused } : sorted;
    const inserted = areStored ? accepted.length : 0;
    if (Object.values(left).every(({ length }) => length === 0)) return { inserted, repeated: 0, quarantined: [] };
    const stored = await this.storeAny(left, keepRefused);
    return { ...stored, inserted: inserted + stored.inserted };
  }

  /** @returns whether they are stored: all, or none, for a reason that the other way finds out */
  private async storeNew(events: readonly Accepted[]): Promise<boolean> {
    if (events.length === 0) return true;
    const client = await this.pool.connect();
    try {
      await insertNewEvents(client, events);
      client.release();
      return true;
    } catch (error) {
      const isOfRows = isKnown(error) || isRowFault(error) || isMissingPartition(error);
      client.release(!isOfRows);
      if (isOfRows) return false;
      throw error;
    }
  }

  private async storeAny(sorted: Sorted, keepRefused: boolean): Promise<Stored> {
    try {
      return await inTransaction(this.pool, (client) => storeSorted(client, sorted, keepRefused));
    } catch (error) {
      if (isMissingPartition(error)) this.partitions.forget();
      if (!isRowFault(error)) throw error;
      return inTransaction(this.pool, (client) => storeApart(client, sorted, keepRefused));
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

const isMissingPartition = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === MISSING_PARTITION;

const isKnown = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === KNOWN_EVENT;

async function storeSorted(
  client: PoolClient,
  { accepted, checkpoints, refused }: Sorted,
  keep: boolean,
): Promise<Stored> {
  const { inserted, conflicts } = await insertEvents(client, accepted);
  const signed = await insertCheckpoints(client, checkpoints);
  const quarantined = [...refused, ...conflicts];
  if (keep) await insertQuarantine(client, quarantined);
  const repeated = accepted.length - inserted - conflicts.length + checkpoints.length - signed;
  return { inserted: inserted + signed, repeated, quarantined };
}

/** Finds the rows that the database refuses, by halves, so that they alone go to quarantine. */
async function storeApart(
  client: PoolClient,
  { accepted, checkpoints, refused }: Sorted,
  keep: boolean,
): Promise<Stored> {
  const result: Stored = { inserted: 0, repeated: 0, quarantined: [...refused] };
  await storeHalves(client, { accepted, checkpoints: [] }, result);
  await storeHalves(client, { accepted: [], checkpoints }, result);
  if (keep) await insertQuarantine(client, result.quarantined);
  return result;
}

type Rows = Pick<Sorted, 'accepted' | 'checkpoints'>;

async function storeHalves(client: PoolClient, rows: Rows, result: Stored): Promise<void> {
  const count = rows.accepted.length + rows.checkpoints.length;
  if (count === 0) return;
  await client.query('SAVEPOINT some_rows');
  try {
    const { inserted, repeated, quarantined } = await storeSorted(client, { ...rows, refused: [] }, false);
    result.inserted += inserted;
    result.repeated += repeated;
    result.quarantined.push(...quarantined);
    await client.query('RELEASE SAVEPOINT some_rows');
  } catch (error) {
    if (!isRowFault(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT some_rows');
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    const [record] = [...rows.accepted, ...rows.checkpoints];
    if (count === 1 && record)
      result.quarantined.push({ incoming: record.incoming, reason: `refused by the database: ${code}` });
    else for (const half of halvesOf(rows)) await storeHalves(client, half, result);
  }
}

/** Of rows of one kind, in their order. */
const halvesOf = ({ accepted, checkpoints }: Rows): Rows[] => {
  const [events, heads] = [Math.ceil(accepted.length / 2), Math.ceil(checkpoints.length / 2)];
  return [
    { accepted: accepted.slice(0, events), checkpoints: checkpoints.slice(0, heads) },
    { accepted: accepted.slice(events), checkpoints: checkpoints.slice(heads) },
  ];
};
