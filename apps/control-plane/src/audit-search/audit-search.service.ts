import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { Pool } from 'pg';
import type { Identity } from '../auth/identity.js';
import type { Page } from '../page.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { auditStatement, writePosition, type AuditSearch } from './audit-query.js';

/** SQLSTATE of a missing schema or table: the ingest has not made them yet. */
const NOT_THERE_YET = new Set(['3F000', '42P01']);

/** Reads the audit store; the ingest owns it, nothing is written here. */
@Injectable()
export class AuditSearchService implements OnApplicationShutdown {
  private readonly pool: Pool;

  constructor(@Inject(SETTINGS) settings: ControlPlaneSettings) {
    this.pool = new Pool({
      connectionString: settings.auditDatabaseUrl ?? settings.databaseUrl,
      max: 4,
      statement_timeout: 15_000,
      connectionTimeoutMillis: 5_000,
      application_name: 'holdshort-audit-search',
      options: '-c default_transaction_read_only=on',
    });
    // an idle connection that breaks is replaced at the next query
    this.pool.on('error', () => undefined);
  }

  async search(caller: Identity, search: AuditSearch): Promise<Page<unknown>> {
    const { sql, values } = auditStatement(caller, search);
    const { rows } = await this.pool.query<{ position: string; event: unknown }>(sql, values).catch(refuseMissingStore);
    const shown = rows.slice(0, search.limit);
    const last = shown.at(-1);
    return {
      items: shown.map((row) => row.event),
      next: rows.length > search.limit && last ? writePosition(last.position) : null,
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

function refuseMissingStore(error: unknown): never {
  if (error instanceof Error && 'code' in error && NOT_THERE_YET.has(String(error.code))) {
    throw new HoldshortError('audit_unavailable', 'The audit store is not set up yet; is the audit ingest running?', {
      cause: error,
    });
  }
  throw error;
}
