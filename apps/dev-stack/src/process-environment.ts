import { AGENT_MALLOC } from '@holdshort/config';
import { GITHUB_HOSTS } from '@holdshort/github-operations';
import type { StackCertificates } from './stack-certificates.js';
import type { StackFolder } from './stack-folder.js';
import type { DevStackSettings } from './settings.js';

export interface Github {
  url: string;
  ca: string;
  appId: string;
  appKeyFile: string;
  clientId: string;
  clientSecretFile: string;
}

/** What is known before our own processes start. */
export interface StackBasis {
  folder: StackFolder;
  settings: DevStackSettings;
  certificates: StackCertificates;
  databaseUrl: string;
  /** The same in a file: environments of processes are shown in the ready file. */
  databaseUrlFile: string;
  /** Empty: events go over the relay. */
  brokers: readonly string[];
  idp: { issuer: string; clientId: string; secretFile: string };
  github: Github;
  /** A second GitHub, a server of an enterprise's own. */
  enterprise?: Github & { host: string };
  /** CAs of both. */
  githubCaFile: string;
  bootstrapTokenFile: string;
}

type Environment = Record<string, string>;

const passed = (names: readonly string[]): Environment =>
  Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

/** Nothing of the user's own settings, proxies or credentials; a home of its own keeps ~/.gitconfig out. */
export const bareEnvironment = (home: string): Environment => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: home,
  LANG: 'C.UTF-8',
  // the test runner's: programs that are started a hundred times are compiled once
  ...passed(['NODE_COMPILE_CACHE']),
});

const kafka = (basis: StackBasis): Environment =>
  basis.brokers.length === 0 ? {} : { HOLDSHORT_KAFKA_BROKERS: basis.brokers.join(',') };

export const standinEnvironment = (settings: DevStackSettings, folder: StackFolder): Environment => ({
  HOLDSHORT_STANDIN_PORT: String(settings.standinPort),
  HOLDSHORT_STANDIN_CONTROL_PORT: String(settings.standinControlPort),
  HOLDSHORT_STANDIN_STATE_DIR: folder.folder('github-standin'),
});

export const enterpriseEnvironment = (host: string, folder: StackFolder): Environment => ({
  HOLDSHORT_STANDIN_PORT: '0',
  HOLDSHORT_STANDIN_STATE_DIR: folder.folder('github-enterprise'),
  HOLDSHORT_STANDIN_ENTERPRISE_HOST: host,
});

/** The one App by its settings, or both by their list. */
function githubApps({ folder, github, enterprise }: StackBasis): Environment {
  if (!enterprise)
    return {
      HOLDSHORT_GITHUB_APP_ID: github.appId,
      HOLDSHORT_GITHUB_APP_KEY_FILE: github.appKeyFile,
      HOLDSHORT_GITHUB_API_URL: github.url,
      HOLDSHORT_GITHUB_CLIENT_ID: github.clientId,
      HOLDSHORT_GITHUB_CLIENT_SECRET_FILE: github.clientSecretFile,
      HOLDSHORT_GITHUB_WEB_URL: github.url,
      HOLDSHORT_GITHUB_CA_FILE: github.ca,
    };
  const app = ({ appId, appKeyFile, ca }: Github) => ({ id: Number(appId), key_file: appKeyFile, ca_file: ca });
  const list = [
    { ...app(github), api_url: github.url },
    { ...app(enterprise), host: enterprise.host, api_url: `${enterprise.url}/api/v3` },
  ];
  return { HOLDSHORT_GITHUB_APPS_FILE: folder.secret('github-apps.json', JSON.stringify(list)) };
}

/** Where the launcher's own environment names a collector, the three processes send their traces there. */
const traces = (): Environment =>
  passed(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_TRACES_SAMPLER_ARG']);

export const ingestEnvironment = (basis: StackBasis): Environment => ({
  ...traces(),
  HOLDSHORT_AUDIT_DATABASE_URL_FILE: basis.databaseUrlFile,
  HOLDSHORT_RELAY_HOST: '127.0.0.1',
  HOLDSHORT_RELAY_PORT: String(basis.settings.relayPort),
  HOLDSHORT_RELAY_CERT_FILE: basis.certificates.relayCert,
  HOLDSHORT_RELAY_KEY_FILE: basis.certificates.relayKey,
  HOLDSHORT_AGENT_CA_CERT_FILE: basis.certificates.agentCaCert,
  HOLDSHORT_INGEST_HEALTH_PORT: String(basis.settings.ingestHealthPort),
  ...kafka(basis),
});

/** @param relay host:port */
export const controlPlaneEnvironment = (basis: StackBasis, relay: string): Environment => ({
  ...traces(),
  HOLDSHORT_HTTP_HOST: '127.0.0.1',
  HOLDSHORT_HTTP_PORT: String(basis.settings.httpPort),
  HOLDSHORT_GRPC_HOST: '127.0.0.1',
  HOLDSHORT_GRPC_PORT: String(basis.settings.grpcPort),
  HOLDSHORT_DATABASE_URL_FILE: basis.databaseUrlFile,
  HOLDSHORT_AGENT_CA_CERT_FILE: basis.certificates.agentCaCert,
  HOLDSHORT_AGENT_CA_KEY_FILE: basis.certificates.agentCaKey,
  HOLDSHORT_OIDC_ISSUER: basis.idp.issuer,
  HOLDSHORT_OIDC_CLIENT_ID: basis.idp.clientId,
  HOLDSHORT_OIDC_CLIENT_SECRET_FILE: basis.idp.secretFile,
  ...githubApps(basis),
  HOLDSHORT_REPO_SETS: JSON.stringify({ prod: ['acme/payments'] }),
  HOLDSHORT_RELAY_ADDRESS: relay,
  HOLDSHORT_SPOOL_DIR: basis.folder.folder('control-plane-spool'),
  HOLDSHORT_BOOTSTRAP_TOKEN_FILE: basis.bootstrapTokenFile,
  HOLDSHORT_DEV_MODE: 'true',
  ...passed(CONTROL_PLANE_TUNING),
  ...kafka(basis),
});

const modelHosts = (): string[] =>
  (process.env['HOLDSHORT_AGENT_MODEL_HOSTS'] ?? '').split(',').filter((host) => host !== '');

/** Every GitHub and Copilot host leads to the stand-in: nothing of the embedded stack may reach the real ones. */
const upstreams = ({ github, enterprise }: StackBasis): string =>
  JSON.stringify({
    ...Object.fromEntries(GITHUB_HOSTS.map((host) => [host, github.url])),
    ...Object.fromEntries(modelHosts().map((host) => [host, github.url])),
    ...(enterprise ? { [enterprise.host]: enterprise.url } : {}),
  });

/** What the launcher's own environment may change in the agent of the stack: its ways to wait, not where things are. */
const AGENT_TUNING = [
  'HOLDSHORT_AGENT_HOLD_WINDOW_SECONDS',
  'HOLDSHORT_AGENT_API_HOLD_SECONDS',
  'HOLDSHORT_AGENT_AUDIT_READS',
  'HOLDSHORT_AGENT_OFFLINE_READS',
  'HOLDSHORT_AGENT_TUNNEL_HOSTS',
  'HOLDSHORT_AGENT_MODEL_HOSTS',
];

/** The same of the control plane: what is kept, not where. */
const CONTROL_PLANE_TUNING = ['HOLDSHORT_EVIDENCE', 'HOLDSHORT_PROMPT_STORE', 'HOLDSHORT_PROMPT_DAYS'];

export const agentEnvironment = (basis: StackBasis, joinTokenFile: string): Environment => ({
  ...AGENT_MALLOC,
  HOLDSHORT_AGENT_PROXY_PORT: String(basis.settings.agentProxyPort),
  HOLDSHORT_AGENT_ENDPOINT_PORT: String(basis.settings.agentEndpointPort),
  HOLDSHORT_AGENT_ADMIN_PORT: String(basis.settings.agentAdminPort),
  HOLDSHORT_AGENT_STATE_DIR: basis.folder.folder('agent'),
  HOLDSHORT_JOIN_TOKEN_FILE: joinTokenFile,
  HOLDSHORT_UPSTREAMS: upstreams(basis),
  HOLDSHORT_UPSTREAM_CA_FILE: basis.githubCaFile,
  ...(basis.enterprise ? { HOLDSHORT_AGENT_ENTERPRISE_SERVERS: basis.enterprise.host } : {}),
  ...passed(AGENT_TUNING),
  ...traces(),
  ...kafka(basis),
});

/**
 * Without the launcher's own variables; with malloc's, or a process that is started again takes more memory than the
 * first. Values are never secrets: those are given as files.
 */
export const publicEnvironment = (env: Environment): Environment =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => name.startsWith('HOLDSHORT_') || Object.hasOwn(AGENT_MALLOC, name)),
  );
