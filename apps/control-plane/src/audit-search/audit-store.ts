import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { Pool, type PoolConfig, type QueryResult, type QueryResultRow } from 'pg';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';

/** SQLSTATE of a missing schema or table: the ingest has not made them yet. */
const NOT_THERE_YET = new Set(['3F000', '42P01']);

/** The store of the audit ingest, which owns its schema; connections are made when they are needed. */
@Injectable()
export class AuditStore implements OnApplicationShutdown {
  private readonly reads: Pool;
  private readonly writes: Pool;

  constructor(@Inject(SETTINGS) settings: ControlPlaneSettings) {
    this.reads = poolOf(settings, {
      max: 4,
      application_name: 'holdshort-audit-search',
      options: '-c default_transaction_read_only=on',
    });
    this.writes = poolOf(settings, { max: 2, application_name: 'holdshort-audit-upkeep' });
  }

  /** By a connection that can change nothing. @throws HoldshortError `audit_unavailable` where there is no store yet */
  async read<T extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
    return (await this.reads.query<T>(sql, values).catch(refuseMissingStore)).rows;
  }

  /** Of holds and of dead letters only; events are the ingest's. @throws HoldshortError `audit_unavailable` */
  write(sql: string, values: unknown[]): Promise<QueryResult> {
    return this.writes.query(sql, values).catch(refuseMissingStore);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.reads.end(), this.writes.end()]);
  }
}

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
