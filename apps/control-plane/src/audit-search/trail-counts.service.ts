import { Injectable } from '@nestjs/common';
import type { Identity } from '../auth/identity.js';
import { ownConditions } from './audit-query.js';
import { AuditStore } from './audit-store.js';

/** What one assistant did in one hour. */
export interface HourCount {
  /** Start of the hour, UTC. */
  at: Date;
  /** Empty for calls of people, and of nobody known. */
  assistant: string;
  /** Calls that came to their end, refused ones included. */
  calls: number;
  pushes: number;
  refusals: number;
  holds: number;
}

/** A write counts once, when its outcome is known. */
const IS_CALL = "(type IN ('call.read', 'call.refused') OR (type = 'call.write' AND phase = 'outcome'))";
const IS_PUSH =
  "(type = 'call.write' AND phase = 'outcome' AND event->'request'->>'operation' = 'git/receive-pack' AND event->>'outcome' = 'success')";

/** Numbers of the trail, as far as the caller may see it. */
@Injectable()
export class TrailCounts {
  constructor(private readonly store: AuditStore) {}

  /** @throws HoldshortError `audit_unavailable` */
  async byHour(caller: Identity, since: Date): Promise<HourCount[]> {
    const values: unknown[] = [since];
    const own = ownConditions(caller, (value) => `$${String(values.push(value))}`);
    return this.store.read<HourCount>(
      `SELECT date_trunc('hour', occurred_at, 'UTC') AS at, coalesce(assistant, '') AS assistant,
         (count(*) FILTER (WHERE ${IS_CALL}))::int AS calls,
         (count(*) FILTER (WHERE ${IS_PUSH}))::int AS pushes,
         (count(*) FILTER (WHERE ${IS_CALL} AND (type = 'call.refused' OR decision = 'deny')))::int AS refusals,
         (count(*) FILTER (WHERE type = 'approval.requested'))::int AS holds
       FROM audit.events
       WHERE ${['occurred_at >= $1', "type IN ('call.read', 'call.write', 'call.refused', 'approval.requested')", ...own].join(' AND ')}
       GROUP BY 1, 2 ORDER BY 1, 2`,
      values,
    );
  }
}
