import { requireValidEvents } from '@holdshort/testkit/events';
import pg from 'pg';

/**
 * @param expected reasons for which a test has brought records into quarantine
 * @throws Error where a stored event does not hold to the schema of its type, or the ingest put one into quarantine
 */
export async function requireValidStore(database: string, expected: readonly string[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    const { rows } = await client.query<{ event: { type: string } }>('SELECT event FROM audit.events');
    if (rows.length === 0) throw new Error('the stack has stored no event');
    requireValidEvents(rows.map(({ event }) => event));
    const refused = await client.query<{ reason: string }>(
      'SELECT DISTINCT reason FROM audit.quarantine WHERE reason <> ALL($1)',
      [expected],
    );
    if (refused.rows.length > 0)
      throw new Error(`events went to quarantine: ${refused.rows.map(({ reason }) => reason).join('; ')}`);
  } finally {
    await client.end();
  }
}
