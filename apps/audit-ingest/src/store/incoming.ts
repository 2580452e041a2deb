import { parseCheckpoint, parseEvent, type AuditEvent, type Checkpoint } from '@holdshort/audit-events';
import { isIdOfTime } from './id-time.js';
import { inSlices } from './in-slices.js';
import { isStorableTime } from './partitions.js';

/** One record as it came, and where from. */
export interface Incoming {
  value: Buffer;
  source: 'kafka' | 'relay';
  /** The way says that the value is a checkpoint. */
  isCheckpoint?: boolean;
  place?: { topic: string; partition: number; offset: string };
  /** Who sent it, where the way tells; an event must name the same emitter. */
  sender?: { tenant: string; emitter: string };
}

export interface Accepted {
  event: AuditEvent;
  /** Of the event's time. */
  timeMs: number;
  incoming: Incoming;
}

export interface AcceptedCheckpoint {
  checkpoint: Checkpoint;
  incoming: Incoming;
}

export interface Refused {
  incoming: Incoming;
  reason: string;
}

export interface Sorted {
  accepted: Accepted[];
  checkpoints: AcceptedCheckpoint[];
  refused: Refused[];
}

export interface Limits {
  nowMs: number;
  retentionDays: number;
}

/** Parts what can be stored from what goes to quarantine. Signatures are not looked at: who verifies brings the keys. */
export async function sortIncoming(batch: readonly Incoming[], limits: Limits): Promise<Sorted> {
  const sorted: Sorted = { accepted: [], checkpoints: [], refused: [] };
  await inSlices(batch, (incoming) => {
    const reason = incoming.isCheckpoint
      ? takeCheckpoint(incoming, limits, sorted.checkpoints)
      : takeEvent(incoming, limits, sorted.accepted);
    if (reason !== undefined) sorted.refused.push({ incoming, reason });
  });
  return sorted;
}

function takeEvent(incoming: Incoming, limits: Limits, accepted: Accepted[]): string | undefined {
  const parsed = parseEvent(incoming.value);
  if ('problem' in parsed) return parsed.problem;
  const { event } = parsed;
  const { id, agent, tenant } = event;
  const timeMs = Date.parse(event.time);
  const reason = objection({ id, emitter: agent.id, tenant, timeMs }, incoming, limits);
  if (reason === undefined) accepted.push({ event, timeMs, incoming });
  return reason;
}

function takeCheckpoint(incoming: Incoming, limits: Limits, accepted: AcceptedCheckpoint[]): string | undefined {
  const parsed = parseCheckpoint(incoming.value);
  if ('problem' in parsed) return parsed.problem;
  const { agent_id: emitter, tenant, time } = parsed.checkpoint;
  const reason = objection({ emitter, tenant, timeMs: Date.parse(time) }, incoming, limits);
  if (reason === undefined) accepted.push({ checkpoint: parsed.checkpoint, incoming });
  return reason;
}

interface Origin {
  /** Checkpoints have none. */
  id?: string;
  emitter: string;
  tenant: string;
  timeMs: number;
}

function objection({ id, emitter, tenant, timeMs }: Origin, { sender }: Incoming, limits: Limits): string | undefined {
  if (!isStorableTime(timeMs, limits.nowMs, limits.retentionDays)) return 'time out of range';
  if (id !== undefined && !isIdOfTime(id, timeMs)) return 'the time is not near the one in the id';
  if (sender && sender.emitter !== emitter) return 'the sender is not the emitter that the event names';
  if (sender && sender.tenant !== tenant) return 'the sender is of another tenant';
  return undefined;
}
