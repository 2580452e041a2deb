import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuditTrail } from '@holdshort/audit-publisher';
import {
  DEV_USERS,
  startIdentityProvider,
  startPostgres,
  type IdentityProvider,
  type PostgresServer,
} from '@holdshort/dev-services';
import { createLogger, NO_TRACING } from '@holdshort/telemetry';
import { createAuthority } from '@holdshort/tls';
import type { Parts } from '../core.module.js';
import { openDatabase } from '../database/open-database.js';
import { closeParts } from '../server/open-parts.js';
import { startServer, type RunningServer } from '../server/start-server.js';
import { loadControlPlaneSettings, type ControlPlaneSettings } from '../settings.js';
import { CollectingPublisher } from './collecting-publisher.js';
import { startStandin, type StandinProcess } from './standin-process.js';

/** One replica of the control plane in this process. */
export interface Replica {
  server: RunningServer;
  parts: Parts;
  audit: CollectingPublisher;
  stop(): Promise<void>;
}

/** Real PostgreSQL, a real identity provider and the GitHub stand-in, with as many replicas as a test starts. */
export class TestWorld {
  private readonly replicas: Replica[] = [];
  private databases = 0;
  /** Moves the control planes' clocks. */
  clockOffsetMs = 0;

  private constructor(
    readonly dir: string,
    readonly postgres: PostgresServer,
    readonly idp: IdentityProvider,
    readonly standin: StandinProcess,
    private readonly base: ControlPlaneSettings,
  ) {}

  static async start(): Promise<TestWorld> {
    const dir = await mkdtemp(join(tmpdir(), 'holdshort-cp-'));
    const [postgres, idp, standin, authority] = await Promise.all([
      startPostgres({ dataDir: join(dir, 'postgres'), temporary: true }),
      startIdentityProvider({
        clientId: 'holdshort',
        clientSecret: 'test-secret',
        redirectUris: ['http://127.0.0.1/api/v1/auth/callback'],
        users: DEV_USERS,
      }),
      startStandin(dir),
      createAuthority({ commonName: 'Holdshort agents', days: 1 }),
    ]);
    return new TestWorld(dir, postgres, idp, standin, settingsOf({ idp, standin, authority, dir }));
  }

  /** An empty database of its own. */
  newDatabase(): Promise<string> {
    return this.postgres.createDatabase(`cp${String(++this.databases)}`);
  }

  async replica(databaseUrl: string, overrides: Partial<ControlPlaneSettings> = {}): Promise<Replica> {
    const spoolDir = join(this.dir, `spool-${String(this.replicas.length)}`);
    const settings = { ...this.base, databaseUrl, spoolDir, ...overrides };
    const audit = new CollectingPublisher();
    const trail = await openAuditTrail({
      dir: spoolDir,
      emitter: { id: 'control-plane', host: 'test', version: '0' },
      tenant: settings.tenant,
      publisher: audit,
    });
    const database = await openDatabase(databaseUrl);
    const clock = (): Date => new Date(Date.now() + this.clockOffsetMs);
    const parts = {
      settings,
      database,
      trail,
      clock,
      logger: createLogger('control-plane', process.env['TEST_LOG'] ?? 'fatal'),
      tracing: NO_TRACING,
    };
    const server = await startServer(parts);
    const replica = { server, parts, audit, stop: () => stopOnce(replica) };
    this.replicas.push(replica);
    return replica;
  }

  /** @throws Error where an event of a replica did not hold to its schema */
  async stop(): Promise<void> {
    for (const replica of this.replicas) await replica.stop();
    await Promise.all([this.idp.stop(), this.standin.stop()]);
    await this.postgres.stop();
    await rm(this.dir, { recursive: true, force: true });
    for (const replica of this.replicas) replica.audit.requireValid();
  }
}

const stopped = new WeakSet<Replica>();

async function stopOnce(replica: Replica): Promise<void> {
  if (stopped.has(replica)) return;
  stopped.add(replica);
  await replica.server.close();
  await closeParts(replica.parts);
}

function settingsOf(world: {
  idp: IdentityProvider;
  standin: StandinProcess;
  authority: { certificate: string; privateKey: string };
  dir: string;
}): ControlPlaneSettings {
  const { idp, standin, authority, dir } = world;
  const unset = loadControlPlaneSettingsWithoutFiles(dir);
  return {
    ...unset,
    agentCaCertificate: authority.certificate,
    agentCaKey: authority.privateKey,
    oidcIssuer: idp.issuer,
    oidcClientId: 'holdshort',
    oidcClientSecret: 'test-secret',
    githubAppId: standin.appId,
    githubAppKey: standin.appKey,
    githubApiUrl: standin.url,
    githubClientId: standin.clientId,
    githubClientSecret: standin.clientSecret,
    githubWebUrl: standin.url,
    githubCa: standin.ca,
    bootstrapToken: 'launcher-secret\n',
    repositorySets: { prod: ['acme/payments'] },
    devMode: true,
    repositoryFactsSeconds: 60,
  };
}

/** The defaults of all settings; what tests give themselves stands in for the required ones. */
function loadControlPlaneSettingsWithoutFiles(dir: string): ControlPlaneSettings {
  return loadControlPlaneSettings({
    HOLDSHORT_HTTP_PORT: '0',
    HOLDSHORT_GRPC_PORT: '0',
    HOLDSHORT_DATABASE_URL: 'unset',
    HOLDSHORT_OIDC_ISSUER: 'unset',
    HOLDSHORT_OIDC_CLIENT_ID: 'unset',
    HOLDSHORT_GITHUB_APP_ID: 'unset',
    HOLDSHORT_AGENT_CA_CERT_FILE: '/dev/null',
    HOLDSHORT_AGENT_CA_KEY_FILE: '/dev/null',
    HOLDSHORT_GITHUB_APP_KEY_FILE: '/dev/null',
    HOLDSHORT_RELAY_ADDRESS: '127.0.0.1:1',
    HOLDSHORT_SPOOL_DIR: dir,
  });
}
