import type { AuditEvent } from './event.js';
import type { Checkpoint } from './signed/checkpoint.js';

/** One topic for all emitters; the key of a record is its chain id, so a chain stays in order on one partition. */
export const AUDIT_EVENTS_TOPIC = 'holdshort.audit.events.v1';

/** The same events as OCSF records, for a SIEM; same keys. */
export const AUDIT_OCSF_TOPIC = 'holdshort.audit.ocsf.v1';

type HeaderSource = Pick<AuditEvent, 'id' | 'type' | 'time' | 'agent' | 'traceparent'>;

/**
 * CloudEvents 1.0 attributes in the Kafka protocol binding's binary mode: `ce_` headers, the value is the event itself.
 * `ce_traceparent` is of CloudEvents' extension "Distributed Tracing".
 */
export function eventHeaders(event: HeaderSource, subject?: string): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: `/holdshort/agents/${encodeURIComponent(event.agent.id)}`,
    ce_type: `io.holdshort.${event.type}`,
    ce_time: event.time,
    ...(subject === undefined ? {} : { ce_subject: subject }),
    ...(event.traceparent === undefined ? {} : { ce_traceparent: event.traceparent }),
    'content-type': 'application/json',
  };
}

/** What the event is about: the repository where it names one, else the session, else nothing. */
export const eventSubject = (event: Pick<AuditEvent, 'target' | 'session_id'>): string | undefined =>
  event.target?.repo ?? event.session_id;

/** The same for a checkpoint. */
export const checkpointHeaders = (
  checkpoint: Pick<Checkpoint, 'agent_id' | 'chain_id' | 'seq' | 'time'>,
): Record<string, string> => ({
  ce_specversion: '1.0',
  ce_id: `${checkpoint.chain_id}/${checkpoint.seq}`,
  ce_source: `/holdshort/agents/${encodeURIComponent(checkpoint.agent_id)}`,
  ce_type: 'io.holdshort.checkpoint',
  ce_time: checkpoint.time,
  'content-type': 'application/json',
});
