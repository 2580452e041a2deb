import { Injectable } from '@nestjs/common';
import type { AuditEvent } from '@holdshort/audit-events';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditStore } from '../audit-search/audit-store.js';
import { draftsOf } from './evidence-job.js';
import { EvidenceQueue } from './evidence-queue.service.js';

const PAGE = 200;

/** Older ones are not told of any more, as after a long time without evidence: partitions before it are not read. */
const EVENTS = `SELECT position, event FROM audit.events
  WHERE type = 'call.write' AND position > $1 AND occurred_at > now() - interval '1 day' ORDER BY position LIMIT ${PAGE}`;

/**
 * Reads the trail's outcomes in the order in which they came, each once, whichever replica does it: the place up to
 * which it was read moves in the transaction that notes what is to be said. It begins at the end of the trail.
 */
@Injectable()
export class CollectEvidence {
  constructor(
    private readonly database: DataSource,
    private readonly store: AuditStore,
    private readonly queue: EvidenceQueue,
  ) {}

  /** @returns whether there may be more */
  collect(): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const place = await this.place(manager);
      if (place === undefined) return false;
      const rows = await this.store.read<{ position: string; event: AuditEvent }>(EVENTS, [place]);
      const last = rows.at(-1);
      if (!last) return false;
      await this.queue.add(
        manager,
        rows.flatMap(({ event }) => draftsOf(event)),
      );
      await manager.query('UPDATE holdshort.evidence_cursor SET position = $1', [last.position]);
      return rows.length === PAGE;
    });
  }

  /** Locked for this transaction; undefined while another replica reads, and where it was only set. */
  private async place(manager: EntityManager): Promise<string | undefined> {
    const known = await manager.query<{ position: string }[]>(
      'SELECT position FROM holdshort.evidence_cursor FOR UPDATE SKIP LOCKED',
    );
    if (known[0]) return known[0].position;
    const [end] = await this.store.read<{ position: string }>(
      'SELECT position FROM audit.events ORDER BY position DESC LIMIT 1',
    );
    await manager.query('INSERT INTO holdshort.evidence_cursor (position) VALUES ($1) ON CONFLICT DO NOTHING', [
      end?.position ?? '0',
    ]);
    return undefined;
  }
}
