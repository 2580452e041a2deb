import type { MigrationInterface, QueryRunner } from 'typeorm';

const MEASURES = ['calls', 'writes', 'pushes', 'files', 'bytes', 'branches', 'pulls'];
const sums = MEASURES.flatMap((measure) => [
  `COALESCE(sum(${measure}), 0)`,
  `COALESCE(sum(${measure}) FILTER (WHERE session_id = of_session), 0)`,
]);
const columns = MEASURES.flatMap((measure) => [`${measure}_engineer numeric`, `${measure}_session numeric`]);
const values = MEASURES.map((_, n) => `amounts[${String(n + 1)}]`);

/** Counts a call and says what was counted before it; the sums are read after the lock is had, so each call sees the one before. */
export class TakeUsage1764170000000 implements MigrationInterface {
  readonly name = 'TakeUsage1764170000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION holdshort.take_usage(of_session text, of_engineer text, moment timestamptz, since timestamptz, amounts bigint[],
        OUT taken bigint, ${columns.map((column) => `OUT ${column}`).join(', ')}) LANGUAGE plpgsql AS $$
      BEGIN
        -- a crash of the database may forget the last half second of counts; waiting for its disk at each write costs more
        PERFORM set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(hashtextextended(of_engineer, 0));
        SELECT ${sums.join(', ')} INTO ${columns.map((column) => column.split(' ')[0]).join(', ')}
          FROM holdshort.usage WHERE engineer = of_engineer AND at > since;
        INSERT INTO holdshort.usage (session_id, engineer, at, ${MEASURES.join(', ')})
          VALUES (of_session, of_engineer, moment, ${values.join(', ')}) RETURNING id INTO taken;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION holdshort.take_usage');
  }
}
