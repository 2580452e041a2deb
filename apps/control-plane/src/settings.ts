import { KAFKA_SECURITY_SETTINGS } from '@holdshort/audit-publisher';
import { defineSettings, loadSettings, type Settings } from '@holdshort/config';
import { TRACING_SETTINGS } from '@holdshort/telemetry';
import { HoldshortError } from '@holdshort/errors';
import { GITHUB_SETTINGS } from './github-settings.js';
import { IDENTITY_SETTINGS } from './identity-settings.js';

/** Every setting of the control plane; docs/reference/settings.md is made from it. */
export const CONTROL_PLANE_SETTINGS = defineSettings({
  httpHost: {
    env: 'HOLDSHORT_HTTP_HOST',
    kind: 'text',
    default: '127.0.0.1',
    reason: 'Address of the HTTP port; loopback until someone decides otherwise.',
  },
  httpPort: {
    env: 'HOLDSHORT_HTTP_PORT',
    kind: 'integer',
    default: '7400',
    reason: 'Port for people and the CLI; 0 takes a free one.',
  },
  grpcHost: {
    env: 'HOLDSHORT_GRPC_HOST',
    kind: 'text',
    default: '127.0.0.1',
    reason: 'Address of the port for agents.',
  },
  grpcPort: {
    env: 'HOLDSHORT_GRPC_PORT',
    kind: 'integer',
    default: '7401',
    reason: 'Port for agents; 0 takes a free one.',
  },
  grpcNames: {
    env: 'HOLDSHORT_GRPC_NAMES',
    kind: 'list',
    default: '',
    reason:
      'Further DNS names or addresses in the certificate of the port for agents; the first is the one that join tokens name.',
  },
  publicUrl: {
    env: 'HOLDSHORT_PUBLIC_URL',
    kind: 'text',
    default: '',
    reason: 'Where people reach the control plane; stands in approval links. Empty means the address it listens on.',
  },
  consoleDir: {
    env: 'HOLDSHORT_CONSOLE_DIR',
    kind: 'path',
    optional: true,
    reason: 'Folder of the built web console; found beside the code where unset.',
  },
  databaseUrl: {
    env: 'HOLDSHORT_DATABASE_URL',
    kind: 'text',
    secret: true,
    reason: 'PostgreSQL connection URL; all state lives there.',
  },
  auditDatabaseUrl: {
    env: 'HOLDSHORT_AUDIT_DATABASE_URL',
    kind: 'text',
    optional: true,
    secret: true,
    reason: 'Where the audit store is read from; unset means the same database.',
  },
  tenant: {
    env: 'HOLDSHORT_TENANT',
    kind: 'text',
    default: 'default',
    reason: 'Name of this installation in certificates and events.',
  },
  agentCaCertificate: {
    env: 'HOLDSHORT_AGENT_CA_CERT_FILE',
    kind: 'file',
    reason: 'Certificate of the CA that names agents.',
  },
  agentCaKey: {
    env: 'HOLDSHORT_AGENT_CA_KEY_FILE',
    kind: 'file',
    secret: true,
    reason: 'Key of the CA that names agents.',
  },
  ...IDENTITY_SETTINGS,
  ...GITHUB_SETTINGS,
  roleGroups: {
    env: 'HOLDSHORT_ROLE_GROUPS',
    kind: 'json',
    default: '{"admins":["admin"],"security":["approver","auditor"],"eng":["engineer"],"auditors":["auditor"]}',
    reason:
      'Groups of the identity provider and the roles that each gives, at the first start; from then on they are kept in the database.',
  },
  repositorySets: {
    env: 'HOLDSHORT_REPO_SETS',
    kind: 'json',
    default: '{}',
    reason: 'Named sets of repositories that policies speak of, e.g. {"prod":["acme/payments"]}.',
  },
  evidence: {
    env: 'HOLDSHORT_EVIDENCE',
    kind: 'json',
    default: '{"default":"off"}',
    reason:
      'Where it is told at GitHub by whose session commits and pull requests came: off, commits, pulls or all, with rules by repository set; see docs/evidence.md.',
  },
  promptStore: {
    env: 'HOLDSHORT_PROMPT_STORE',
    kind: 'json',
    default: '{"default":"digest"}',
    reason:
      'What is kept of prompts and answers: off, digest, redacted or full, with rules by group and repository set; see docs/sessions-and-prompts.md.',
  },
  promptDays: {
    env: 'HOLDSHORT_PROMPT_DAYS',
    kind: 'integer',
    default: '30',
    reason: 'How long texts of prompts are kept, in days; the trail, which has only their digests, is kept apart.',
  },
  heldContentDays: {
    env: 'HOLDSHORT_HELD_CONTENT_DAYS',
    kind: 'integer',
    default: '7',
    reason:
      'How long after a hold can last at most the differences and requests shown for it are kept, in days; 0 deletes them then.',
  },
  policySecondPerson: {
    env: 'HOLDSHORT_POLICY_SECOND_PERSON',
    kind: 'boolean',
    default: 'false',
    reason: 'Whether a policy version comes into force only after somebody else has approved it.',
  },
  relayAddress: {
    env: 'HOLDSHORT_RELAY_ADDRESS',
    kind: 'text',
    optional: true,
    reason: 'host:port of the audit ingest, for agents and for own events.',
  },
  kafkaBrokers: {
    env: 'HOLDSHORT_KAFKA_BROKERS',
    kind: 'list',
    optional: true,
    reason: 'Where own events go instead of the relay.',
  },
  ...KAFKA_SECURITY_SETTINGS,
  spoolDir: {
    env: 'HOLDSHORT_SPOOL_DIR',
    kind: 'path',
    reason: 'Folder of the own audit spool; on a disk that survives restarts.',
  },
  holdExpiresSeconds: {
    env: 'HOLDSHORT_HOLD_EXPIRES_SECONDS',
    kind: 'integer',
    default: '86400',
    reason: 'Longest life of an approval in seconds; a policy may ask for less. A day covers the next morning.',
  },
  grantMaxSeconds: {
    env: 'HOLDSHORT_GRANT_MAX_SECONDS',
    kind: 'integer',
    default: '28800',
    reason: 'Longest life of a grant, the standing answer to holds of one kind, in seconds; 8 h are a working day.',
  },
  notifyWebhookUrl: {
    env: 'HOLDSHORT_NOTIFY_WEBHOOK_URL',
    kind: 'text',
    optional: true,
    reason: 'Where holds and their answers are posted, signed; see docs/approvals.md.',
  },
  notifyWebhookSecret: {
    env: 'HOLDSHORT_NOTIFY_WEBHOOK_SECRET_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'Key of the HMAC-SHA256 with which these posts are signed.',
  },
  slackBotToken: {
    env: 'HOLDSHORT_SLACK_BOT_TOKEN_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'Token of a Slack bot with chat:write, users:read and users:read.email, which posts holds.',
  },
  slackChannel: {
    env: 'HOLDSHORT_SLACK_CHANNEL',
    kind: 'text',
    optional: true,
    reason: 'Id of the Slack channel that the bot posts to.',
  },
  slackSigningSecret: {
    env: 'HOLDSHORT_SLACK_SIGNING_SECRET_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'Signing secret of the Slack app; with it holds are answered by buttons, without it only shown.',
  },
  slackWebhook: {
    env: 'HOLDSHORT_SLACK_WEBHOOK_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'URL of an incoming webhook of Slack, instead of a bot; it shows holds and takes no answers.',
  },
  slackApiUrl: {
    env: 'HOLDSHORT_SLACK_API_URL',
    kind: 'text',
    default: 'https://slack.com/api',
    reason: 'Root of Slack’s Web API; GovSlack has another.',
  },
  smtpUrl: {
    env: 'HOLDSHORT_SMTP_URL_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason:
      'smtp or smtps URL, with user and password, of the mail server that sends holds; TLS is required beyond loopback.',
  },
  emailFrom: {
    env: 'HOLDSHORT_NOTIFY_EMAIL_FROM',
    kind: 'text',
    optional: true,
    reason: 'Sender of mails about holds.',
  },
  emailTo: {
    env: 'HOLDSHORT_NOTIFY_EMAIL_TO',
    kind: 'json',
    default: '{}',
    reason: 'Addresses by approving group, e.g. {"security":["security@example.com"]}.',
  },
  sessionSeconds: {
    env: 'HOLDSHORT_SESSION_SECONDS',
    kind: 'integer',
    default: '43200',
    reason: 'Longest life of a session in seconds; 12 h covers a working day.',
  },
  loginSeconds: {
    env: 'HOLDSHORT_LOGIN_SECONDS',
    kind: 'integer',
    default: '43200',
    reason: 'Life of a sign-in in seconds; 12 h covers a working day.',
  },
  joinTokenSeconds: {
    env: 'HOLDSHORT_JOIN_TOKEN_SECONDS',
    kind: 'integer',
    default: '900',
    reason: 'Life of a join token in seconds; 15 min is enough to start a workspace.',
  },
  secretsKeyFile: {
    env: 'HOLDSHORT_SECRETS_KEY_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason:
      'Keys, one a line, each 32 random bytes in base64 or hex, that wrap the data keys of sealed secrets: the first wraps, all unwrap. Unset: one that follows from the key of the agent CA.',
  },
  secretsKey: {
    env: 'HOLDSHORT_SECRETS_KEY',
    kind: 'text',
    optional: true,
    secret: true,
    reason: 'The same in the environment, where there is no file.',
  },
  secretsKmsKey: {
    env: 'HOLDSHORT_SECRETS_KMS_KEY',
    kind: 'text',
    optional: true,
    reason: 'ARN of a symmetric key of AWS KMS that wraps the data keys; keys of a file then only unwrap.',
  },
  secretsKmsEndpoint: {
    env: 'HOLDSHORT_SECRETS_KMS_ENDPOINT',
    kind: 'text',
    optional: true,
    reason: 'URL of AWS KMS instead of the region’s own: a VPC endpoint or a test.',
  },
  auditAnchorFile: {
    env: 'HOLDSHORT_AUDIT_ANCHOR_FILE',
    kind: 'path',
    optional: true,
    reason:
      'File that the hourly anchors of the trail are appended to; on a volume that only appends. See docs/audit-chain.md.',
  },
  auditAnchorS3: {
    env: 'HOLDSHORT_AUDIT_ANCHOR_S3',
    kind: 'text',
    optional: true,
    reason:
      's3://BUCKET/PREFIX, a bucket with Object Lock, where the hourly anchors are kept; region and credentials as AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.',
  },
  auditAnchorS3Endpoint: {
    env: 'HOLDSHORT_AUDIT_ANCHOR_S3_ENDPOINT',
    kind: 'text',
    optional: true,
    reason: 'URL of S3 instead of the region’s own: a VPC endpoint, another S3, or a test.',
  },
  auditAnchorRetainDays: {
    env: 'HOLDSHORT_AUDIT_ANCHOR_RETAIN_DAYS',
    kind: 'integer',
    default: '400',
    reason: 'For how long an anchor in S3 is locked, in days; as long as events are kept.',
  },
  auditTsaUrl: {
    env: 'HOLDSHORT_AUDIT_TSA_URL',
    kind: 'text',
    optional: true,
    reason: 'Time-stamp authority (RFC 3161), asked once an hour for the newest anchor; it gets a hash.',
  },
  auditTsaCa: {
    env: 'HOLDSHORT_AUDIT_TSA_CA_FILE',
    kind: 'file',
    optional: true,
    reason: 'Certificates (PEM) of the roots that certify it; a time stamp that they do not vouch for is not kept.',
  },
  joinRules: {
    env: 'HOLDSHORT_JOIN_RULES',
    kind: 'json',
    default: '[]',
    reason: 'Rules by which workspaces join without a join token: AWS IAM, OIDC, Kubernetes; see docs/joining.md.',
  },
  awsStsHosts: {
    env: 'HOLDSHORT_AWS_STS_HOSTS',
    kind: 'list',
    default: '',
    reason: 'Hosts of AWS STS besides its public ones, e.g. of a VPC endpoint, that a workspace may sign for.',
  },
  awsStsEndpoint: {
    env: 'HOLDSHORT_AWS_STS_ENDPOINT',
    kind: 'text',
    optional: true,
    reason: 'URL to which signed questions for AWS STS are sent instead of to their host: a proxy or a test.',
  },
  agentCertificateSeconds: {
    env: 'HOLDSHORT_AGENT_CERTIFICATE_SECONDS',
    kind: 'integer',
    default: '86400',
    reason: 'Life of an agent certificate in seconds; renewed at half of it.',
  },
  repositoryFactsSeconds: {
    env: 'HOLDSHORT_REPOSITORY_FACTS_SECONDS',
    kind: 'integer',
    default: '60',
    reason: 'How long facts about a repository may be reused; a minute keeps GitHub out of most decisions.',
  },
  bootstrapToken: {
    env: 'HOLDSHORT_BOOTSTRAP_TOKEN_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'A secret that may create join tokens and nothing else, for launchers.',
  },
  protoDir: {
    env: 'HOLDSHORT_PROTO_DIR',
    kind: 'path',
    optional: true,
    reason: 'Folder of the proto files, where it is not found beside the code.',
  },
  devMode: {
    env: 'HOLDSHORT_DEV_MODE',
    kind: 'boolean',
    default: 'false',
    reason: 'Allows an identity provider over plain http on loopback.',
  },
  ...TRACING_SETTINGS,
  logLevel: {
    env: 'HOLDSHORT_LOG_LEVEL',
    kind: 'text',
    default: 'info',
    oneOf: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
    reason: 'Least grave log line that is written.',
  },
});

export type ControlPlaneSettings = Settings<typeof CONTROL_PLANE_SETTINGS>;

/** Injection token of the settings. */
export const SETTINGS = Symbol('settings');

/** @throws HoldshortError `request_malformed` where a setting is missing, unreadable or contradicts another. */
export function loadControlPlaneSettings(env: NodeJS.ProcessEnv = process.env): ControlPlaneSettings {
  const settings = loadSettings(CONTROL_PLANE_SETTINGS, env);
  if (settings.relayAddress === undefined && (settings.kafkaBrokers ?? []).length === 0) {
    throw new HoldshortError('request_malformed', 'Set HOLDSHORT_KAFKA_BROKERS or HOLDSHORT_RELAY_ADDRESS.', {
      advice: 'Without either, audit events have no way out.',
    });
  }
  return settings;
}

/** A JSON setting that maps names to lists of names. @throws HoldshortError where it has another shape. */
export function readNameLists(env: string, value: unknown): ReadonlyMap<string, readonly string[]> {
  const refuse = (): never => {
    throw new HoldshortError('request_malformed', `${env} must be a JSON object of lists of names.`);
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse();
  const entries = Object.entries(value as Record<string, unknown>).map(([name, list]): [string, string[]] => {
    if (!Array.isArray(list)) return refuse();
    return [name, list.map((entry) => (typeof entry === 'string' ? entry : refuse()))];
  });
  return new Map(entries);
}
