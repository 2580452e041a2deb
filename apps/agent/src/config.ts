import { KAFKA_SECURITY_SETTINGS } from '@holdshort/audit-publisher';
import { defineSettings, loadSettings, type Settings } from '@holdshort/config';
import { TRACING_SETTINGS } from '@holdshort/telemetry';
import { readServers } from './exchange/enterprise-server.js';

/** Every setting of the agent; `docs/reference/settings.md` is generated from this table. */
export const AGENT_SETTINGS = defineSettings({
  listenHost: {
    env: 'HOLDSHORT_AGENT_HOST',
    kind: 'text',
    default: '127.0.0.1',
    reason: 'Address of the proxy, the endpoint and the admin port. Loopback: only this workspace may use the agent.',
  },
  proxyPort: {
    env: 'HOLDSHORT_AGENT_PROXY_PORT',
    kind: 'integer',
    default: '7402',
    reason: 'Port of the forward proxy (HTTPS_PROXY); 0 picks a free one.',
  },
  endpointPort: {
    env: 'HOLDSHORT_AGENT_ENDPOINT_PORT',
    kind: 'integer',
    default: '7403',
    reason: 'Port of the plain endpoint for clients that ignore proxies; 0 picks a free one.',
  },
  adminPort: {
    env: 'HOLDSHORT_AGENT_ADMIN_PORT',
    kind: 'integer',
    default: '7404',
    reason: 'Port of health and metrics; 0 picks a free one.',
  },
  stateDir: {
    env: 'HOLDSHORT_AGENT_STATE_DIR',
    kind: 'path',
    default: '/var/lib/holdshort-agent',
    reason: 'Identity, workspace CA and audit spool. Must survive a restart: undelivered events live here.',
  },
  joinTokenFile: {
    env: 'HOLDSHORT_JOIN_TOKEN_FILE',
    kind: 'path',
    optional: true,
    reason: 'File with a join token (hsj1_...); needed only for the first start in a state directory.',
  },
  joinMethod: {
    env: 'HOLDSHORT_JOIN_METHOD',
    kind: 'text',
    default: 'token',
    oneOf: ['token', 'aws-iam', 'oidc', 'kubernetes'],
    reason:
      'How the first start proves what this workspace is: a join token from a file, or evidence; see docs/joining.md.',
  },
  joinUrl: {
    env: 'HOLDSHORT_JOIN_URL',
    kind: 'text',
    optional: true,
    reason: 'https URL of the control plane for joining by evidence.',
  },
  joinCaFile: {
    env: 'HOLDSHORT_JOIN_CA_FILE',
    kind: 'path',
    optional: true,
    reason: 'PEM file of the CA of that URL, where it is not a public one.',
  },
  joinEvidenceFile: {
    env: 'HOLDSHORT_JOIN_EVIDENCE_FILE',
    kind: 'path',
    optional: true,
    reason: 'File with the token to show, for oidc and kubernetes; a pod has it at /var/run/secrets/holdshort/token.',
  },
  joinAwsRegion: {
    env: 'HOLDSHORT_JOIN_AWS_REGION',
    kind: 'text',
    optional: true,
    reason: 'Region whose STS is signed for, by aws-iam; unset means AWS_REGION, else us-east-1.',
  },
  upstreams: {
    env: 'HOLDSHORT_UPSTREAMS',
    kind: 'json',
    default: '{}',
    reason:
      'JSON map from a GitHub host to the URL that serves it instead, for GHES and for tests. Empty: the hosts themselves.',
  },
  enterpriseServers: {
    env: 'HOLDSHORT_AGENT_ENTERPRISE_SERVERS',
    kind: 'list',
    default: '',
    reason:
      'Hosts of GitHub Enterprise Servers that the proxy governs beside github.com, e.g. ghes.corp.example; see docs/github-apps.md.',
  },
  modelHosts: {
    env: 'HOLDSHORT_AGENT_MODEL_HOSTS',
    kind: 'list',
    default: '',
    reason:
      'Hosts of models that the proxy governs beside Copilot’s, e.g. api.anthropic.com,api.openai.com. Empty: none; such a host is then refused, or tunnelled unread where HOLDSHORT_AGENT_TUNNEL_HOSTS names it.',
  },
  upstreamCaFile: {
    env: 'HOLDSHORT_UPSTREAM_CA_FILE',
    kind: 'path',
    optional: true,
    reason: 'PEM file of CAs that are trusted for upstreams besides the system ones.',
  },
  kafkaBrokers: {
    env: 'HOLDSHORT_KAFKA_BROKERS',
    kind: 'list',
    optional: true,
    reason:
      'host:port, comma-separated. Set: events go straight to Kafka. Unset: over the gRPC relay of the join token.',
  },
  ...KAFKA_SECURITY_SETTINGS,
  spoolMaxBytes: {
    env: 'HOLDSHORT_AGENT_SPOOL_MAX_BYTES',
    kind: 'integer',
    default: '1073741824',
    reason: 'Bound of the audit spool in bytes; full means that writes are refused. 1 GiB is about 800,000 events.',
  },
  offlineReads: {
    env: 'HOLDSHORT_AGENT_OFFLINE_READS',
    kind: 'text',
    default: 'deny',
    oneOf: ['deny', 'cached'],
    reason:
      'What reads do while the control plane is out of reach: refused, or served on decisions that are still cached.',
  },
  auditReads: {
    env: 'HOLDSHORT_AGENT_AUDIT_READS',
    kind: 'text',
    default: 'durable',
    oneOf: ['durable', 'batched'],
    reason: 'durable: a read is on disk before its last byte is released. batched: it is written at the same time.',
  },
  tunnelHosts: {
    env: 'HOLDSHORT_AGENT_TUNNEL_HOSTS',
    kind: 'list',
    default: '',
    reason:
      'Hosts (or *.suffix) that the proxy tunnels unread, e.g. package registries. Empty: everything but GitHub is refused.',
  },
  holdWindowSeconds: {
    env: 'HOLDSHORT_AGENT_HOLD_WINDOW_SECONDS',
    kind: 'integer',
    default: '600',
    reason:
      'How long a held git push waits, with progress, before it is refused. 10 minutes: proxies in between rarely allow more.',
  },
  apiHoldSeconds: {
    env: 'HOLDSHORT_AGENT_API_HOLD_SECONDS',
    kind: 'integer',
    default: '20',
    reason:
      'How long a held API call waits before it is answered with the approval URL. Clients give up after about 30 s.',
  },
  maxPushBytes: {
    env: 'HOLDSHORT_AGENT_MAX_PUSH_BYTES',
    kind: 'integer',
    default: '2147483648',
    reason:
      'Largest push that is inspected; larger ones are refused, never passed unread. GitHub itself refuses above 2 GiB.',
  },
  maxBodyBytes: {
    env: 'HOLDSHORT_AGENT_MAX_BODY_BYTES',
    kind: 'integer',
    default: '41943040',
    reason: 'Largest API request body that is read for its meaning. 40 MiB covers a 25 MiB file in base64.',
  },
  scanUploads: {
    env: 'HOLDSHORT_AGENT_SCAN_UPLOADS',
    kind: 'text',
    default: 'on',
    oneOf: ['on', 'off'],
    reason: 'Whether LFS objects and release assets are scanned for secrets, at about a second for 100 MB.',
  },
  scanAllowPaths: {
    env: 'HOLDSHORT_AGENT_SCAN_ALLOW_PATHS',
    kind: 'list',
    default: '',
    reason: 'Globs of files in which findings do not count, e.g. test/fixtures/**.',
  },
  scanAllowRules: {
    env: 'HOLDSHORT_AGENT_SCAN_ALLOW_RULES',
    kind: 'list',
    default: '',
    reason: 'Rules of docs/reference/secret-rules.md that do not count in this workspace.',
  },
  scanAllowFingerprints: {
    env: 'HOLDSHORT_AGENT_SCAN_ALLOW_FINGERPRINTS',
    kind: 'list',
    default: '',
    reason: 'Fingerprints of single findings, as refusals and events show them, that people have looked at.',
  },
  scanInlineAllow: {
    env: 'HOLDSHORT_AGENT_SCAN_INLINE_ALLOW',
    kind: 'text',
    default: 'off',
    oneOf: ['on', 'off'],
    reason:
      'Whether a comment "holdshort:allow RULE REASON" beside a secret makes its finding a warning, recorded as allowed by a comment. Off: an assistant could write it.',
  },
  ...TRACING_SETTINGS,
  logLevel: {
    env: 'HOLDSHORT_LOG_LEVEL',
    kind: 'text',
    default: 'info',
    reason: 'pino level: debug, info, warn, error.',
  },
});

export type AgentSettings = Settings<typeof AGENT_SETTINGS>;

/** @throws HoldshortError `request_malformed` where a setting is missing or wrong */
export function loadAgentSettings(env: NodeJS.ProcessEnv = process.env): AgentSettings {
  const settings = loadSettings(AGENT_SETTINGS, env);
  const { enterpriseServers, modelHosts } = settings;
  return {
    ...settings,
    enterpriseServers: readServers(enterpriseServers),
    modelHosts: readServers(modelHosts, 'HOLDSHORT_AGENT_MODEL_HOSTS'),
  };
}

/** The agent's own version, as it stands in events and certificates requests. */
export const AGENT_VERSION = '0.1.0';
