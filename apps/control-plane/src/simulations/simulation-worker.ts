// Entry of a thread: tries one policy set against the recorded decisions of a stretch of time.
import { parentPort, workerData } from 'node:worker_threads';
import { loadPolicySet, type PolicySetSource } from '@holdshort/policy';
import { Client } from 'pg';
import type { RecordedRow } from './recorded-call.js';
import { Simulation } from './simulate.js';
import type { SimulationReport } from './simulation-report.js';

export interface SimulationTask {
  databaseUrl: string;
  source: PolicySetSource;
  checkedAgainst: string;
  from: Date;
  to: Date;
}

/** Rows of 1.5 KB each. */
const FETCH = 2_000;

const QUERY = `DECLARE recorded NO SCROLL CURSOR FOR
  SELECT id, decided_at, session_id, operation, target, effect, policies, reason_codes, request FROM holdshort.decisions
  WHERE decided_at >= $1 AND decided_at < $2 AND NOT dry_run ORDER BY decided_at, id`;

/** One snapshot of the table, read in pieces: neither the rows nor a lock stay. */
async function run({ databaseUrl, source, checkedAgainst, from, to }: SimulationTask): Promise<SimulationReport> {
  const simulation = new Simulation(loadPolicySet(source, checkedAgainst));
  const client = new Client({ connectionString: databaseUrl, application_name: 'holdshort-simulation' });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(QUERY, [from, to]);
    for (;;) {
      const { rows } = await client.query<RecordedRow>(`FETCH ${String(FETCH)} FROM recorded`);
      if (rows.length === 0) return simulation.report();
      for (const row of rows) simulation.add(row);
    }
  } finally {
    await client.end();
  }
}

parentPort?.postMessage(await run(workerData as SimulationTask));
