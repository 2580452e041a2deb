import { readFileSync } from 'node:fs';
import {
  DEV_USERS,
  requireFreePort,
  startIdentityProvider,
  startKafka,
  startPostgres,
  superviseChild,
  type ChildDeath,
  type IdentityProvider,
  type SupervisedChild,
} from '@holdshort/dev-services';
import { HoldshortError } from '@holdshort/errors';
import type { DevFile, DevProcess } from './dev-file.js';
import {
  agentEnvironment,
  bareEnvironment,
  controlPlaneEnvironment,
  enterpriseEnvironment,
  ingestEnvironment,
  publicEnvironment,
  standinEnvironment,
  type Github,
  type StackBasis,
} from './process-environment.js';
import { commandOf, type ProgramName } from './programs.js';
import { RunningServices } from './running-services.js';
import { DEV_STACK_SETTINGS, PORT_NAMES, type DevStackSettings } from './settings.js';
import { prepareCertificates } from './stack-certificates.js';
import type { StackFolder } from './stack-folder.js';

export interface StackOptions {
  folder: StackFolder;
  settings: DevStackSettings;
  /** Start a Kafka broker, unless the settings name one. */
  kafka: boolean;
  onDeath: (death: ChildDeath) => void;
}

export interface RunningStack {
  devFile: DevFile;
  /** Within 10 s, children before what they depend on. */
  stop(): Promise<void>;
}

const CLIENT_ID = 'holdshort';
/** A loopback redirect matches on any port (RFC 8252, 7.3), so the provider can start before the control plane. */
const REDIRECT_URI = 'http://127.0.0.1/api/v1/auth/callback';
const SIGNED_OUT_URI = 'http://127.0.0.1/signed-out';
const LOGOUT_PATH = '/api/v1/auth/backchannel-logout';
const WORKSPACE = 'embedded';

/** Starts everything and waits until all of it answers. @throws HoldshortError, with everything stopped again */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const services = new RunningServices();
  const stack = new Stack(options, services);
  try {
    const devFile = await stack.start();
    return { devFile, stop: () => services.stop() };
  } catch (thrown) {
    await services.stop();
    throw thrown;
  }
}

interface DescribedChildren extends Record<'standin' | 'controlPlane' | 'agent', SupervisedChild> {
  enterprise?: SupervisedChild;
}

class Stack {
  private readonly children = new Map<string, SupervisedChild>();
  private readonly others: Record<string, DevProcess> = {};

  constructor(
    private readonly options: StackOptions,
    private readonly services: RunningServices,
  ) {}

  async start(): Promise<DevFile> {
    await this.requirePorts();
    const { folder } = this.options;
    const secret = folder.randomSecret('oidc-client-secret');
    const bootstrap = folder.randomSecret('bootstrap-token');
    const [databaseUrl, brokers, idp, standin, enterprise, certificates] = await settleAll([
      this.startDatabase(),
      this.startBrokers(),
      this.startProvider(secret.value),
      this.startProgram('github-standin', standinEnvironment(this.options.settings, folder)),
      this.startEnterprise(),
      prepareCertificates(folder),
    ]);
    const basis: StackBasis = {
      ...{ folder, settings: this.options.settings, certificates, databaseUrl, brokers },
      databaseUrlFile: folder.secret('database-url', databaseUrl),
      idp: { issuer: idp.issuer, clientId: CLIENT_ID, secretFile: secret.path },
      github: githubOf(standin),
      ...(enterprise ? { enterprise: { ...githubOf(enterprise), host: this.options.settings.enterpriseServer } } : {}),
      githubCaFile: folder.secret(
        'github-cas.pem',
        [standin, ...(enterprise ? [enterprise] : [])].map(caOf).join('\n'),
      ),
      bootstrapTokenFile: bootstrap.path,
    };
    const ingest = await this.startProgram('audit-ingest', ingestEnvironment(basis));
    const controlPlane = await this.startProgram(
      'control-plane',
      controlPlaneEnvironment(basis, text(ingest, 'relay')),
    );
    const joinTokenFile = await this.createJoinToken(text(controlPlane, 'httpUrl'), bootstrap.value);
    const agent = await this.startProgram('agent', agentEnvironment(basis, joinTokenFile));
    return this.describe(basis, { standin, controlPlane, agent, ...(enterprise ? { enterprise } : {}) });
  }

  private async requirePorts(): Promise<void> {
    const { settings, kafka } = this.options;
    const unused = [
      ...(settings.databaseUrl === '' ? [] : ['postgresPort']),
      ...(kafka && settings.kafkaBrokers.length === 0 ? [] : ['kafkaPort']),
    ];
    for (const name of PORT_NAMES.filter((port) => !unused.includes(port))) {
      const { env, reason } = DEV_STACK_SETTINGS[name];
      await requireFreePort(settings[name], reason.split(/[.;]/)[0] ?? name, env);
    }
  }

  private async startDatabase(): Promise<string> {
    const { folder, settings } = this.options;
    if (settings.databaseUrl !== '') return settings.databaseUrl;
    const logFile = folder.log('postgres');
    const server = await startPostgres({
      dataDir: folder.path('postgres'),
      port: settings.postgresPort,
      logFile,
      temporary: folder.temporary,
    });
    this.services.add({ name: 'postgres', stop: () => server.stop(), force: () => void server.kill('SIGKILL') });
    this.others.postgres = { pid: server.pid, command: null, env: {}, log: logFile };
    return server.ensureDatabase('holdshort');
  }

  private async startBrokers(): Promise<readonly string[]> {
    const { folder, settings, kafka } = this.options;
    if (settings.kafkaBrokers.length > 0 || !kafka) return settings.kafkaBrokers;
    const logFile = folder.log('kafka');
    const broker = await startKafka({ dataDir: folder.folder('kafka'), port: settings.kafkaPort, logFile });
    // An orderly end takes the broker seconds, and is for data that somebody will read again.
    const stop = (): Promise<void> => (folder.temporary ? broker.kill('SIGKILL') : broker.stop());
    this.services.add({ name: 'kafka', stop, force: () => void broker.kill('SIGKILL') });
    this.others.kafka = { pid: broker.pid, command: broker.command, env: {}, log: logFile };
    return broker.brokers;
  }

  private async startProvider(clientSecret: string): Promise<IdentityProvider> {
    const { idpPort: port, httpPort } = this.options.settings;
    const idp = await startIdentityProvider({
      ...{ port, clientId: CLIENT_ID, clientSecret },
      redirectUris: [REDIRECT_URI],
      postLogoutRedirectUris: [SIGNED_OUT_URI],
      // a free port is known only later: then the provider is asked about people, but does not say by itself
      ...(httpPort === 0 ? {} : { backchannelLogoutUri: `http://127.0.0.1:${String(httpPort)}${LOGOUT_PATH}` }),
    });
    this.services.add({ name: 'identity-provider', stop: () => idp.stop() });
    return idp;
  }

  private async startEnterprise(): Promise<SupervisedChild | undefined> {
    const { folder, settings } = this.options;
    if (settings.enterpriseServer === '') return undefined;
    const env = enterpriseEnvironment(settings.enterpriseServer, folder);
    return this.startProgram('github-standin', env, 'github-enterprise');
  }

  private async startProgram(
    program: ProgramName,
    env: Record<string, string>,
    name: string = program,
  ): Promise<SupervisedChild> {
    const { folder, onDeath } = this.options;
    const child = await superviseChild({
      name,
      command: commandOf(program),
      env: { ...bareEnvironment(folder.folder('home')), ...env },
      logFile: folder.log(name),
      onDeath,
    });
    this.services.add({
      name,
      stop: () => child.stop(),
      force: () => {
        child.kill();
      },
    });
    this.children.set(name, child);
    return child;
  }

  private async createJoinToken(controlPlane: string, bootstrapToken: string): Promise<string> {
    const response = await fetch(new URL('/api/v1/agents/join-tokens', controlPlane), {
      method: 'POST',
      headers: { authorization: `Bearer ${bootstrapToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ workspace: WORKSPACE }),
    });
    const { token } = (await response.json()) as { token?: string };
    if (token === undefined)
      throw new HoldshortError('internal_error', `The control plane gave no join token (${response.status}).`);
    return this.options.folder.secret('join-token', token);
  }

  private describe(basis: StackBasis, { standin, enterprise, controlPlane, agent }: DescribedChildren): DevFile {
    return {
      console: text(controlPlane, 'httpUrl'),
      controlPlane: text(controlPlane, 'httpUrl'),
      grpc: text(controlPlane, 'grpc'),
      agentProxy: text(agent, 'proxy'),
      agentEndpoint: text(agent, 'endpoint'),
      agentAdmin: text(agent, 'admin'),
      ca: text(agent, 'ca'),
      github: text(standin, 'url'),
      githubControl: text(standin, 'control'),
      githubCa: text(standin, 'ca'),
      enterpriseServers: basis.enterprise ? [basis.enterprise.host] : [],
      enterpriseControl: enterprise ? text(enterprise, 'control') : null,
      idp: basis.idp.issuer,
      kafka: basis.brokers.length === 0 ? null : basis.brokers.join(','),
      database: basis.databaseUrl,
      logDir: basis.folder.logs,
      users: DEV_USERS,
      processes: {
        ...this.others,
        ...Object.fromEntries([...this.children].map(([name, child]) => [name, describeChild(child)])),
      },
    };
  }
}

const githubOf = (standin: SupervisedChild): Github => ({
  url: text(standin, 'url'),
  ca: text(standin, 'ca'),
  appId: text(standin, 'appId'),
  appKeyFile: text(standin, 'appKeyFile'),
  clientId: text(standin, 'clientId'),
  clientSecretFile: text(standin, 'clientSecretFile'),
});

const caOf = (standin: SupervisedChild): string => readFileSync(text(standin, 'ca'), 'utf8');

const describeChild = ({ pid, options, ready }: SupervisedChild): DevProcess => ({
  pid,
  command: options.command,
  env: { ...publicEnvironment(options.env), ...portsOf(ready) },
  log: options.logFile,
});

/** Ports that were free ones, as they turned out: a process that is started again must be found where it was. */
const READY_PORTS: Record<string, string> = {
  httpUrl: 'HOLDSHORT_HTTP_PORT',
  grpc: 'HOLDSHORT_GRPC_PORT',
  proxy: 'HOLDSHORT_AGENT_PROXY_PORT',
  endpoint: 'HOLDSHORT_AGENT_ENDPOINT_PORT',
  admin: 'HOLDSHORT_AGENT_ADMIN_PORT',
  relay: 'HOLDSHORT_RELAY_PORT',
  health: 'HOLDSHORT_INGEST_HEALTH_PORT',
  url: 'HOLDSHORT_STANDIN_PORT',
  control: 'HOLDSHORT_STANDIN_CONTROL_PORT',
};

const portsOf = (ready: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(READY_PORTS).flatMap(([key, variable]) => {
      const value = ready[key];
      const port = typeof value === 'string' ? /:(\d+)(?:\/|$)/.exec(value)?.[1] : undefined;
      return port === undefined ? [] : [[variable, port]];
    }),
  );

/** A field of a ready line. @throws HoldshortError where a process of ours breaks the agreement */
function text(child: SupervisedChild, key: string): string {
  const value = child.ready[key];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new HoldshortError('internal_error', `${child.name} did not say its ${key} when it was ready.`);
}

/** Like Promise.all, but waits for all before it fails: what is still starting must be known to be stopped. */
async function settleAll<T extends readonly unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work as readonly Promise<unknown>[]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
