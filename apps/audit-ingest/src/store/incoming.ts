import { parseEvent, type AuditEvent } from '@holdshort/audit-events';
import { isStorableTime } from './partitions.js';

/** One record as it came, and where from. */
export interface Incoming {
  value: Buffer;
  source: 'kafka' | 'relay';
  place?: { topic: string; partition: number; offset: string };
  /** Who sent it, where the way tells; an event must name the same emitter. */
  sender?: { tenant: string; emitter: string };
}

export interface Accepted {
  event: AuditEvent;
  incoming: Incoming;
}

export interface Refused {
  incoming: Incoming;
  reason: string;
}

/** Parts what can be stored from what goes to quarantine. */
export function sortIncoming(batch: readonly Incoming[], nowMs: number): { accepted: Accepted[]; refused: Refused[] } {
  const accepted: Accepted[] = [];
  const refused: Refused[] = [];
  for (const incoming of batch) {
    const parsed = parseEvent(incoming.value);
    const reason = 'problem' in parsed ? parsed.problem : objection(parsed.event, incoming, nowMs);
    if (reason !== undefined) refused.push({ incoming, reason });
    else if ('event' in parsed) accepted.push({ event: parsed.event, incoming });
  }
  return { accepted, refused };
}

function objection(event: AuditEvent, { sender }: Incoming, nowMs: number): string | undefined {
  if (!isStorableTime(event.time, nowMs)) return 'time out of range';
  if (sender && sender.emitter !== event.agent.id) return 'the sender is not the emitter that the event names';
  if (sender && sender.tenant !== event.tenant) return 'the sender is of another tenant';
  return undefined;
}
