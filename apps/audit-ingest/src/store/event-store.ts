import pg, { type Pool, type PoolClient } from 'pg';
import { sortIncoming, type Accepted, type Incoming, type Refused } from './incoming.js';
import { insertEvents, insertQuarantine } from './insert-events.js';
import { migrate } from './migrations.js';
import { dayOf, daysAhead, Partitions } from './partitions.js';

export interface StoreResult {
  inserted: number;
  repeated: number;
  quarantined: Refused[];
}

/** SQLSTATE classes 22 (data) and 23 (constraint): the row's own fault, which no repetition mends. */
const isRowFault = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(?:22|23)/.test(error.code ?? '') && error.code !== MISSING_PARTITION;

/** `check_violation`, what an insert without a partition for its day gives. */
const MISSING_PARTITION = '23514';

/** Events in PostgreSQL: each once, whatever comes twice; what cannot be an event in quarantine, never in the way. */
export class EventStore {
  private readonly pool: Pool;
  private readonly partitions: Partitions;

  constructor(databaseUrl: string) {
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

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  /** Resolves when the whole batch is committed. Rejects where the database fails; then nothing of it is, and it may be stored again. */
  async store(batch: readonly Incoming[]): Promise<StoreResult> {
    const { accepted, refused } = sortIncoming(batch, Date.now());
    await this.partitions.ensure(new Set(accepted.map(({ event }) => dayOf(event.time))));
    try {
      return await this.inTransaction((client) => storeSorted(client, accepted, refused));
    } catch (error) {
      if (isMissingPartition(error)) this.partitions.forget();
      if (!isRowFault(error)) throw error;
      return this.inTransaction((client) => storeOneByOne(client, accepted, refused));
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async inTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}

const isMissingPartition = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === MISSING_PARTITION;

async function storeSorted(
  client: PoolClient,
  accepted: readonly Accepted[],
  refused: readonly Refused[],
): Promise<StoreResult> {
  const { inserted, conflicts } = await insertEvents(client, accepted);
  const quarantined = [...refused, ...conflicts];
  await insertQuarantine(client, quarantined);
  return { inserted, repeated: accepted.length - inserted - conflicts.length, quarantined };
}

/** Finds the rows that the database refuses, so that they alone go to quarantine. */
async function storeOneByOne(
  client: PoolClient,
  accepted: readonly Accepted[],
  refused: readonly Refused[],
): Promise<StoreResult> {
  const result: StoreResult = { inserted: 0, repeated: 0, quarantined: [...refused] };
  for (const event of accepted) {
    await client.query('SAVEPOINT one_row');
    try {
      const { inserted, conflicts } = await insertEvents(client, [event]);
      result.inserted += inserted;
      result.repeated += 1 - inserted - conflicts.length;
      result.quarantined.push(...conflicts);
    } catch (error) {
      if (!isRowFault(error)) throw error;
      await client.query('ROLLBACK TO SAVEPOINT one_row');
      const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
      result.quarantined.push({ incoming: event.incoming, reason: `refused by the database: ${code}` });
    }
  }
  await insertQuarantine(client, result.quarantined);
  return result;
}
