import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { InitialSchema1763870000000 } from '../migrations/1763870000000-initial-schema.js';
import { People1764150000000 } from '../migrations/1764150000000-people.js';
import { KillSwitches1764100000000 } from '../migrations/1764100000000-kill-switches.js';
import { ApprovalUse1764100100000 } from '../migrations/1764100100000-approval-use.js';
import { ApprovalGrants1764100200000 } from '../migrations/1764100200000-approval-grants.js';
import { ApprovalAuthors1764100300000 } from '../migrations/1764100300000-approval-authors.js';
import { Notifications1764100400000 } from '../migrations/1764100400000-notifications.js';
import { DataKeys1764100600000 } from '../migrations/1764100600000-data-keys.js';
import { PolicyLifecycle1764104400000 } from '../migrations/1764104400000-policy-lifecycle.js';
import { Trail1764160000000 } from '../migrations/1764160000000-trail.js';
import { TakeUsage1764170000000 } from '../migrations/1764170000000-take-usage.js';
import { Prompts1764190000000 } from '../migrations/1764190000000-prompts.js';
import { SessionUndoes1764195000000 } from '../migrations/1764195000000-session-undoes.js';
import { HeldContents1764200000000 } from '../migrations/1764200000000-held-contents.js';
import { GithubLinks1764180000000 } from '../migrations/1764180000000-github-links.js';
import { Evidence1764210000000 } from '../migrations/1764210000000-evidence.js';
import { TimeStamps1764220000000 } from '../migrations/1764220000000-time-stamps.js';
import { DATABASE_SCHEMA } from './database-schema.js';
import { ENTITIES } from './entities.js';

/** Any constant; replicas that start together agree on it and migrate one after the other. */
const MIGRATION_LOCK = 7400_0001;

/** Work on PostgreSQL is short; a statement over this is stuck, and what waits for it is refused. */
const STATEMENT_TIMEOUT_MS = 10_000;

export function createDataSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    schema: DATABASE_SCHEMA,
    entities: ENTITIES,
    migrations: [
      InitialSchema1763870000000,
      People1764150000000,
      KillSwitches1764100000000,
      ApprovalUse1764100100000,
      ApprovalGrants1764100200000,
      ApprovalAuthors1764100300000,
      Notifications1764100400000,
      DataKeys1764100600000,
      PolicyLifecycle1764104400000,
      Trail1764160000000,
      TakeUsage1764170000000,
      GithubLinks1764180000000,
      Prompts1764190000000,
      SessionUndoes1764195000000,
      HeldContents1764200000000,
      Evidence1764210000000,
      TimeStamps1764220000000,
    ],
    migrationsTableName: 'migrations',
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    applicationName: 'holdshort-control-plane',
    extra: { max: 10, statement_timeout: STATEMENT_TIMEOUT_MS, connectionTimeoutMillis: 5_000 },
  });
}

async function migrate(source: DataSource, url: string): Promise<void> {
  const lock = new Client({ connectionString: url });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await lock.query(`CREATE SCHEMA IF NOT EXISTS ${DATABASE_SCHEMA}`);
    await source.initialize();
    await source.runMigrations({ transaction: 'each' });
  } finally {
    // the session's advisory lock goes with its connection
    await lock.end();
  }
}

/** Connects and brings the schema up to date; several replicas may do so at the same time. */
export async function openDatabase(url: string): Promise<DataSource> {
  const source = createDataSource(url);
  await migrate(source, url);
  return source;
}
