import { defineSettings, loadSettings, type Settings } from '@holdshort/config';

/** Settings of the embedded stack. A port of 0 picks a free one; `--ephemeral` does so for all. */
export const DEV_STACK_SETTINGS = defineSettings({
  httpPort: {
    env: 'HOLDSHORT_HTTP_PORT',
    kind: 'integer',
    default: '7400',
    reason: 'Control plane for people and the console.',
  },
  grpcPort: { env: 'HOLDSHORT_GRPC_PORT', kind: 'integer', default: '7401', reason: 'Control plane for agents.' },
  agentProxyPort: {
    env: 'HOLDSHORT_AGENT_PROXY_PORT',
    kind: 'integer',
    default: '7402',
    reason: 'Forward proxy of the agent.',
  },
  agentEndpointPort: {
    env: 'HOLDSHORT_AGENT_ENDPOINT_PORT',
    kind: 'integer',
    default: '7403',
    reason: 'Plain endpoint of the agent.',
  },
  agentAdminPort: {
    env: 'HOLDSHORT_AGENT_ADMIN_PORT',
    kind: 'integer',
    default: '7404',
    reason: 'Health and metrics of the agent.',
  },
  relayPort: {
    env: 'HOLDSHORT_RELAY_PORT',
    kind: 'integer',
    default: '7405',
    reason: 'Audit relay of the ingest. Fixed, because an enrolled agent remembers it.',
  },
  ingestHealthPort: {
    env: 'HOLDSHORT_INGEST_HEALTH_PORT',
    kind: 'integer',
    default: '7406',
    reason: 'Health and metrics of the ingest.',
  },
  standinPort: { env: 'HOLDSHORT_STANDIN_PORT', kind: 'integer', default: '7410', reason: 'GitHub stand-in, HTTPS.' },
  standinControlPort: {
    env: 'HOLDSHORT_STANDIN_CONTROL_PORT',
    kind: 'integer',
    default: '7411',
    reason: 'Test control of the GitHub stand-in.',
  },
  idpPort: { env: 'HOLDSHORT_IDP_PORT', kind: 'integer', default: '7420', reason: 'Local identity provider.' },
  postgresPort: {
    env: 'HOLDSHORT_POSTGRES_PORT',
    kind: 'integer',
    default: '7430',
    reason: 'Embedded PostgreSQL; beside the usual 5432, which may be taken.',
  },
  kafkaPort: { env: 'HOLDSHORT_KAFKA_PORT', kind: 'integer', default: '7440', reason: 'Kafka started by --kafka.' },
  kafkaBrokers: {
    env: 'HOLDSHORT_KAFKA_BROKERS',
    kind: 'list',
    default: '',
    reason: 'Kafka that is there already, host:port,... Events go through it; empty (and no --kafka): over the relay.',
  },
  databaseUrl: {
    env: 'HOLDSHORT_DATABASE_URL',
    kind: 'text',
    default: '',
    secret: true,
    reason: 'PostgreSQL that is there already; empty starts the embedded one.',
  },
  enterpriseServer: {
    env: 'HOLDSHORT_DEV_ENTERPRISE_SERVER',
    kind: 'text',
    default: '',
    reason: 'Host name under which a second stand-in plays a GitHub Enterprise Server; empty: there is none.',
  },
});

export type DevStackSettings = Settings<typeof DEV_STACK_SETTINGS>;

export type PortName = Extract<keyof DevStackSettings, `${string}Port`>;

export const PORT_NAMES = Object.keys(DEV_STACK_SETTINGS).filter((name): name is PortName => name.endsWith('Port'));

/** The default of the first port; the others keep their distance from it when `--port-base` moves them. */
const DEFAULT_BASE = 7400;

export interface PortChoice {
  ephemeral: boolean;
  portBase?: number;
}

/** Free ports for a passing stack, else the fixed ones of the design, moved by `--port-base`; a variable wins over both. */
export function loadDevStackSettings(env: NodeJS.ProcessEnv, choice: PortChoice): DevStackSettings {
  const ports = PORT_NAMES.map((name): [string, string] => {
    const { env: variable, default: fixed } = DEV_STACK_SETTINGS[name];
    return [
      variable,
      choice.ephemeral ? '0' : String(Number(fixed) - DEFAULT_BASE + (choice.portBase ?? DEFAULT_BASE)),
    ];
  });
  // An ephemeral stack ignores port variables: they may come from a stack that runs beside it.
  const chosen = choice.ephemeral ? { ...env, ...Object.fromEntries(ports) } : { ...Object.fromEntries(ports), ...env };
  return loadSettings(DEV_STACK_SETTINGS, chosen);
}
