import type { Statement } from './audit-query.js';
import { readPosition, rowsFor } from './audit-query.js';

/** Events and checkpoints as they arrived: both draw their positions from one sequence. */
export function trailStatement({
  after,
  since,
  limit,
}: {
  after: string | undefined;
  since: Date | undefined;
  limit: number;
}): Statement {
  const values: unknown[] = [after === undefined ? '0' : readPosition(after)];
  const rows = rowsFor(limit);
  const from = since === undefined ? '' : `AND occurred_at >= $${String(values.push(since))}`;
  const part = (table: string, column: string): string =>
    `(SELECT position, ${column}::json AS record FROM audit.${table} WHERE position > $1 ${from} ORDER BY position LIMIT ${rows})`;
  return {
    sql: `${part('events', 'event')} UNION ALL ${part('checkpoints', 'checkpoint')} ORDER BY position LIMIT ${rows}`,
    values,
  };
}
