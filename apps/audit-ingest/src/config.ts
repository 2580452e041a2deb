import { KAFKA_SECURITY_SETTINGS } from '@holdshort/audit-publisher';
import { defineSettings, loadSettings, type Settings } from '@holdshort/config';
import { TRACING_SETTINGS } from '@holdshort/telemetry';

export const INGEST_SETTINGS = defineSettings({
  databaseUrl: {
    env: 'HOLDSHORT_AUDIT_DATABASE_URL',
    kind: 'text',
    secret: true,
    reason:
      'Database that holds the schema `audit`. Required: an ingest without a store would only hide that nothing is kept.',
  },
  brokers: {
    env: 'HOLDSHORT_KAFKA_BROKERS',
    kind: 'list',
    optional: true,
    reason: 'Brokers to read from, host:port, comma-separated. Unset: events come by relay only.',
  },
  ...KAFKA_SECURITY_SETTINGS,
  ocsf: {
    env: 'HOLDSHORT_INGEST_OCSF',
    kind: 'boolean',
    default: 'true',
    reason: 'Writes each stored event to the OCSF topic as well, for a SIEM. Costs as much of Kafka again.',
  },
  group: {
    env: 'HOLDSHORT_KAFKA_GROUP',
    kind: 'text',
    default: 'holdshort-audit-ingest',
    reason: 'Consumer group. All ingests of one store share it, and the partitions with it.',
  },
  tenant: {
    env: 'HOLDSHORT_TENANT',
    kind: 'text',
    default: 'default',
    reason: 'The tenant whose certificates may use the relay.',
  },
  relayHost: {
    env: 'HOLDSHORT_RELAY_HOST',
    kind: 'text',
    default: '127.0.0.1',
    reason: 'Address of the relay. The loopback unless agents elsewhere are to reach it.',
  },
  relayPort: {
    env: 'HOLDSHORT_RELAY_PORT',
    kind: 'integer',
    default: '0',
    reason: 'Port of the relay; 0 picks a free one, which the ready line names.',
  },
  relayCertFile: {
    env: 'HOLDSHORT_RELAY_CERT_FILE',
    kind: 'file',
    optional: true,
    reason: 'Certificate of the relay, PEM, signed by the agent CA. Unset: there is no relay.',
  },
  relayKeyFile: {
    env: 'HOLDSHORT_RELAY_KEY_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'Private key for the relay certificate, PEM.',
  },
  agentCaFile: {
    env: 'HOLDSHORT_AGENT_CA_CERT_FILE',
    kind: 'file',
    optional: true,
    reason: 'The CA whose agents and services may use the relay, PEM.',
  },
  healthPort: {
    env: 'HOLDSHORT_INGEST_HEALTH_PORT',
    kind: 'integer',
    default: '0',
    reason: 'Port for /healthz, /readyz and /metrics on the loopback; 0 picks a free one.',
  },
  retentionDays: {
    env: 'HOLDSHORT_AUDIT_RETENTION_DAYS',
    kind: 'integer',
    default: '400',
    reason:
      'Days that events are kept: a year and a month for reports. Older days are dropped, except for sessions under a legal hold.',
  },
  ...TRACING_SETTINGS,
  logLevel: {
    env: 'HOLDSHORT_LOG_LEVEL',
    kind: 'text',
    default: 'info',
    oneOf: ['debug', 'info', 'warn', 'error'],
    reason: 'What is logged. `info` tells of each change of state, and of no single event.',
  },
});

export type IngestSettings = Settings<typeof INGEST_SETTINGS>;

export const loadIngestSettings = (env?: NodeJS.ProcessEnv): IngestSettings => loadSettings(INGEST_SETTINGS, env);
