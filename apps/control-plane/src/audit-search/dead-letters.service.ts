import { Injectable } from '@nestjs/common';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { AuditStore } from './audit-store.js';

export interface DeadLetter {
  id: string;
  arrived_at: Date;
  reason: string;
  source: string;
  topic: string | null;
  partition: number | null;
  kafka_offset: string | null;
  bytes: number;
  replayed_at: Date | null;
  replay_result: string | null;
}

const MOST = 1000;
const LIST = `SELECT id, arrived_at, reason, source, topic, partition, kafka_offset, octet_length(raw) AS bytes, replayed_at,
  replay_result FROM audit.quarantine ORDER BY id DESC LIMIT ${MOST}`;

/** Records that could not be stored as events: why, where they stood, and another try. Their bytes are shown to nobody. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly store: AuditStore,
    private readonly audit: ControlPlaneAudit,
  ) {}

  /** The newest. */
  list(): Promise<DeadLetter[]> {
    return this.store.read<DeadLetter>(LIST);
  }

  /** The ingest tries them within seconds. @returns how many it will try */
  async replay(caller: Identity, ids: string[] | undefined, correlationId: string): Promise<number> {
    await this.audit.record({
      type: 'audit.replay_wanted',
      correlation_id: correlationId,
      human: caller,
      outcome: 'success',
      detail: { letters: ids === undefined ? 'all' : ids.join(',') },
    });
    const { rowCount } = await this.store.write(
      `UPDATE audit.quarantine SET replay_wanted_at = now()
       WHERE CASE WHEN $1::bigint[] IS NULL THEN replay_result IS NULL OR replay_result NOT IN ('stored', 'known already')
         ELSE id = ANY($1) END`,
      [ids ?? null],
    );
    return rowCount ?? 0;
  }
}
