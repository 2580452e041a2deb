import { withStack } from '../check.js';
import { error, warning, type Finding } from '../finding.js';
import type { Probed } from '../probe.js';

/** `audit` of a readiness page, see `AuditTrailStatus` of the publisher. */
interface TrailStatus {
  pending?: number;
  bytes?: number;
  maxBytes?: number;
  oldestPendingMs?: number;
  state?: string;
  publisher?: { kind?: string; connected?: boolean };
}

/** Delivery takes milliseconds; a minute covers an election in Kafka. */
const LATE_MS = 60_000;

const MEANS: Record<string, string> = { kafka: 'Kafka', relay: 'the audit relay (audit-ingest)' };

function refuses(who: string, { state, bytes, maxBytes }: TrailStatus): Finding {
  const why =
    state === 'full' ? `its spool is full (${String(bytes)} of ${String(maxBytes)} bytes)` : 'its disk took no record';
  return error({
    code: 'trail_refuses',
    what: `${who} refuses writes: ${why}.`,
    fix:
      state === 'full'
        ? 'Let the events be delivered, by bringing back Kafka or the relay; where it only is too small for the outage, raise HOLDSHORT_AGENT_SPOOL_MAX_BYTES and restart. Never delete the spool: it is evidence.'
        : 'Repair the disk or make room on it, then restart the agent: `holdshort agent spool` shows what is whole.',
  });
}

function undelivered(who: string, { pending = 0, oldestPendingMs = 0, publisher = {} }: TrailStatus): Finding[] {
  const { kind = '', connected } = publisher;
  const isLate = pending > 0 && oldestPendingMs > LATE_MS;
  if (pending === 0 || (connected !== false && !isLate)) return [];
  const means = MEANS[kind] ?? kind;
  return [
    warning({
      code: 'trail_not_delivered',
      what: `${who} has ${String(pending)} records that ${means} has not taken, the oldest for ${String(Math.round(oldestPendingMs / 1000))} s. They are on disk; work goes on while there is room.`,
      fix: `Bring back ${means}, or open the way to it; delivery goes on by itself.`,
    }),
  ];
}

function findingsOf(who: string, answer: Probed): Finding[] {
  const status = answer.reached ? (answer.body.audit as TrailStatus | undefined) : undefined;
  if (!status) return [];
  const refusal = status.state === 'full' || status.state === 'failed' ? [refuses(who, status)] : [];
  return [...refusal, ...undelivered(who, status)];
}

/** Agent and control plane can record, and what they recorded arrives. */
export const checkTrail = withStack(async (surroundings) => [
  ...findingsOf('The agent', await surroundings.agent('/readyz')),
  ...findingsOf('The control plane', await surroundings.controlPlane('/readyz')),
]);
