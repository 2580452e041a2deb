import { AUDIT_CHECKPOINTS_TOPIC } from '@holdshort/audit-events';
import type { Pool } from 'pg';
import type { StoreResult } from './event-store.js';
import type { Incoming } from './incoming.js';

/** Records per round: each is stored alone, so that one which is still refused says its own reason. */
const MAX_REPLAYS = 500;

interface Waiting {
  id: string;
  source: 'kafka' | 'relay';
  topic: string | null;
  raw: Buffer;
}

/** The relay held each event to its sender's certificate, which is not kept: without it anybody could be claimed. */
const NO_SENDER = 'not tried: its sender cannot be checked any more';

type Store = (batch: readonly Incoming[]) => Promise<Pick<StoreResult, 'inserted' | 'quarantined'>>;

/**
 * Tries the quarantined records again that somebody asked for (`holdshort audit dead-letters replay`), byte for byte as they
 * came. The row stays, with what became of it. Two ingests may try one at once: the store takes an event once.
 * @returns how many were tried
 */
export async function replayWanted(pool: Pool, store: Store): Promise<number> {
  const { rows } = await pool.query<Waiting>(
    'SELECT id, source, topic, raw FROM audit.quarantine WHERE replay_wanted_at IS NOT NULL ORDER BY id LIMIT $1',
    [MAX_REPLAYS],
  );
  for (const { id, source, topic, raw } of rows) {
    const result = source === 'relay' ? NO_SENDER : await tryAgain({ topic, raw }, store);
    await pool.query(
      'UPDATE audit.quarantine SET replay_wanted_at = NULL, replayed_at = now(), replay_result = $2 WHERE id = $1',
      [id, result],
    );
  }
  return rows.length;
}

async function tryAgain({ topic, raw }: Pick<Waiting, 'topic' | 'raw'>, store: Store): Promise<string> {
  const isCheckpoint = topic === AUDIT_CHECKPOINTS_TOPIC;
  const { inserted, quarantined } = await store([{ value: raw, source: 'kafka', isCheckpoint }]);
  return quarantined[0]?.reason ?? (inserted > 0 ? 'stored' : 'known already');
}
