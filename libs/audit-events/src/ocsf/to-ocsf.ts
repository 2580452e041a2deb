import { canonicalJson } from '../canonical-json.js';
import { EVENT_CATALOGUE, type CatalogueEntry } from '../event-catalogue.js';
import type { AuditEvent, Outcome } from '../event.js';
import { AUDIT_EVENTS_TOPIC } from '../event-headers.js';
import { activityOf, classFacts } from './class-facts.js';
import { OCSF_CLASSES, OCSF_VERSION } from './ocsf-kind.js';

/** An OCSF 1.8.0 record; its shape is the schema's in `ocsf/1.8.0`. */
export type OcsfRecord = Record<string, unknown> & { class_uid: number; metadata: { uid: string } };

const SEVERITIES = { info: [1, 'Informational'], notice: [2, 'Low'], warning: [3, 'Medium'] } as const;

const STATUSES: Readonly<Record<Outcome | 'attempt', readonly [number, string]>> = {
  success: [1, 'Success'],
  refused: [2, 'Failure'],
  failed: [2, 'Failure'],
  unknown: [0, 'Unknown'],
  attempt: [99, 'Attempt'],
};

/** A record must stay under Kafka's 1 MiB with its event inside it, escaped, in up to 3 bytes per UTF-16 unit. */
const MAX_RAW_LENGTH = 128 * 1024;

/**
 * The event for a SIEM. `raw_data` is what was hashed (RFC 8785, without `hash`), so that
 * `raw_data_hash` can be checked without this program, and with `prev_hash` in it the chain.
 * @returns undefined for a type that is newer than this version
 */
export function toOcsf(event: AuditEvent): OcsfRecord | undefined {
  const entry: CatalogueEntry | undefined = Object.hasOwn(EVENT_CATALOGUE, event.type)
    ? EVENT_CATALOGUE[event.type]
    : undefined;
  if (!entry) return undefined;
  const { uid, name, category, categoryName } = OCSF_CLASSES[entry.ocsf.class];
  const [activity, activityName] = activityOf(event, entry.ocsf);
  const [severity, severityName] = SEVERITIES[entry.level];
  return {
    class_uid: uid,
    class_name: name,
    category_uid: category,
    category_name: categoryName,
    activity_id: activity,
    activity_name: activity === 99 ? entry.title : activityName,
    type_uid: uid * 100 + activity,
    type_name: `${name}: ${activityName}`,
    severity_id: severity,
    severity: severityName,
    time: Date.parse(event.time),
    message: entry.title,
    ...statusOf(event),
    metadata: metadataOf(event, entry),
    ...integrityOf(event),
    ...classFacts(event, entry.ocsf),
    unmapped: unmapped(event),
  };
}

function statusOf({ phase, outcome, error }: AuditEvent): object {
  const word = phase === 'attempt' ? 'attempt' : outcome;
  const [id, name] = word === undefined ? STATUSES.success : STATUSES[word];
  return { status_id: id, status: name, ...(error ? { status_code: error.code, status_detail: error.message } : {}) };
}

const metadataOf = (event: AuditEvent, { ocsf }: CatalogueEntry): { uid: string } & Record<string, unknown> => ({
  version: OCSF_VERSION,
  product: { name: 'Holdshort', vendor_name: 'Holdshort', version: event.agent.version },
  ...(ocsf.class === 'api_activity' ? { profiles: ['security_control'] } : {}),
  uid: event.id,
  original_event_uid: event.id,
  event_code: event.code,
  log_name: AUDIT_EVENTS_TOPIC,
  log_provider: event.agent.id,
  log_version: String(event.specversion),
  sequence: event.seq,
  correlation_uid: event.correlation_id,
  original_time: event.time,
  tenant_uid: event.tenant,
});

function integrityOf(event: AuditEvent): object {
  const { hash, ...hashed } = event;
  const raw = canonicalJson(hashed);
  return {
    raw_data_hash: { algorithm_id: 3, algorithm: 'SHA-256', value: hash },
    raw_data_size: Buffer.byteLength(raw),
    ...(raw.length <= MAX_RAW_LENGTH ? { raw_data: raw } : {}),
  };
}

/** What OCSF has no place for, in the event's own words; lists stand in `raw_data` only. */
const unmapped = ({ type, phase, chain_id, prev_hash, outcome, ai, decision, approval, lease, detail }: AuditEvent) =>
  Object.fromEntries(
    Object.entries({ type, phase, chain_id, prev_hash, outcome, ai, decision, approval, lease, detail }).filter(
      ([, value]) => value !== undefined,
    ),
  );
