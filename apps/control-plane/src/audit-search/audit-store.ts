import { createHash } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { Pool, type PoolClient, type PoolConfig, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';

/** SQLSTATE of a missing schema or table: the ingest has not made them yet. */
const NOT_THERE_YET = new Set(['3F000', '42P01']);

/** Of each some megabytes in a store of 400 days. */
const MAX_PLANS = 50;

/** The store of the audit ingest, which owns its schema; connections are made when they are needed. */
@Injectable()
export class AuditStore implements OnApplicationShutdown {
  private readonly reads: Pool;
  private readonly writes: Pool;
  private readonly prepared = new WeakMap<PoolClient, Set<string>>();

  constructor(@Inject(SETTINGS) settings: ControlPlaneSettings) {
    this.reads = poolOf(settings, {
      max: 4,
      application_name: 'holdshort-audit-search',
      options: '-c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan',
    });
    this.writes = poolOf(settings, { max: 2, application_name: 'holdshort-audit-upkeep' });
  }

  /** By a connection that can change nothing. @throws HoldshortError `audit_unavailable` where there is no store yet */
  async read<T extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
    const name = nameOf(sql);
    const { rows } = await this.readPrepared<T>({ name, text: sql, values })
      // The table has other columns than when this connection planned: another may have planned then, too.
      .catch((error: unknown) =>
        isStalePlan(error) ? this.reads.query<T>(sql, values) : Promise.reject(asError(error)),
      )
      .catch(refuseMissingStore);
    return rows;
  }

  /**
   * Planning over a partition for each day takes longer than the search itself, so a connection plans a statement once.
   * Plans are of hundreds of partitions: a connection that holds many is ended.
   */
  private async readPrepared<T extends QueryResultRow>(
    query: Required<Pick<QueryConfig, 'name'>> & QueryConfig,
  ): Promise<QueryResult<T>> {
    const client = await this.reads.connect();
    const prepared = this.prepared.get(client) ?? new Set();
    this.prepared.set(client, prepared.add(query.name));
    try {
      const result = await client.query<T>(query);
      client.release(prepared.size >= MAX_PLANS);
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Of holds and of dead letters only; events are the ingest's. @throws HoldshortError `audit_unavailable` */
  write(sql: string, values: unknown[]): Promise<QueryResult> {
    return this.writes.query(sql, values).catch(refuseMissingStore);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.reads.end(), this.writes.end()]);
  }
}

/** PostgreSQL cuts names at 63 bytes. */
const nameOf = (sql: string): string => createHash('sha256').update(sql).digest('base64url');

/** SQLSTATE 0A000, "cached plan must not change result type". */
const isStalePlan = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '0A000';

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function poolOf(settings: ControlPlaneSettings, config: PoolConfig): Pool {
  const pool = new Pool({
    connectionString: settings.auditDatabaseUrl ?? settings.databaseUrl,
    // a hold waits for the lock under which retention works
    statement_timeout: 15_000,
    connectionTimeoutMillis: 5_000,
    ...config,
  });
  // an idle connection that breaks is replaced at the next query
  pool.on('error', () => undefined);
  return pool;
}

function refuseMissingStore(error: unknown): never {
  if (error instanceof Error && 'code' in error && NOT_THERE_YET.has(String(error.code))) {
    throw new HoldshortError('audit_unavailable', 'The audit store is not set up yet; is the audit ingest running?', {
      cause: error,
    });
  }
  throw error;
}
