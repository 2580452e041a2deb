import { mkdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join, resolve } from 'node:path';
import { createAuthority, issueLeaf, type Credential } from '@holdshort/tls';
import { createAppIdentity } from './access/app-identity.js';
import { startControl } from './control/control-server.js';
import { GitProgram } from './git/run-git.js';
import { Capture } from './http/capture.js';
import { Faults } from './http/faults.js';
import { RequestLog } from './http/request-log.js';
import { portOf, startServer } from './http/standin-server.js';
import { seed } from './world/seed.js';
import { World } from './world/world.js';

/** Names of GitHub's and Copilot's sites, and of this machine for clients that come directly. */
const SERVER_NAMES = [
  'github.com',
  '*.github.com',
  'githubusercontent.com',
  '*.githubusercontent.com',
  'githubcopilot.com',
  '*.githubcopilot.com',
  '*.business.githubcopilot.com',
  'ghcr.io',
  // models that are none of GitHub's
  'api.anthropic.com',
  'api.openai.com',
  'localhost',
  '127.0.0.1',
];

export interface StandinOptions {
  port: number;
  controlPort: number;
  stateDir: string;
  /** Empty unless a GitHub Enterprise Server is played. */
  enterpriseHost?: string;
}

/** What the ready line says, and the way to stop it. */
export interface Standin {
  url: string;
  control: string;
  /** PEM file of the CA that signed the server's certificate. */
  ca: string;
  appId: number;
  /** PKCS#8 PEM file. */
  appKeyFile: string;
  clientId: string;
  /** File with the client secret. */
  clientSecretFile: string;
  world: World;
  close(): Promise<void>;
}

async function createCertificate(names: readonly string[]): Promise<{ ca: string; leaf: Credential }> {
  const authority = await createAuthority({ commonName: ['GitHub stand-in', ...names].join(' '), days: 30 });
  const options = {
    commonName: 'github.com',
    names: [...SERVER_NAMES, ...names],
    usage: ['server'] as const,
    seconds: 30 * 86_400,
  };
  return { ca: authority.certificate, leaf: await issueLeaf(authority, options) };
}

const stop = (server: Server & { closeAllConnections(): void }): Promise<void> =>
  new Promise((done) => {
    server.close(() => {
      done();
    });
    server.closeAllConnections();
  });

/** Starts a GitHub with its seed. State of an earlier one in the same folder is replaced. */
export async function startStandin(options: StandinOptions): Promise<Standin> {
  const stateDir = resolve(options.stateDir);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const { enterpriseHost = '' } = options;
  const ownNames = enterpriseHost === '' ? [] : [enterpriseHost];
  const [app, { ca, leaf }] = await Promise.all([createAppIdentity(), createCertificate(ownNames)]);
  const files = {
    ca: join(stateDir, 'ca.pem'),
    appKey: join(stateDir, 'app.pem'),
    secret: join(stateDir, 'client-secret'),
  };
  writeFileSync(files.ca, ca);
  writeFileSync(files.appKey, app.privateKey, { mode: 0o600 });
  writeFileSync(files.secret, app.clientSecret, { mode: 0o600 });
  const world = new World(new GitProgram(stateDir), app);
  await seed(world);
  const parts = { world, log: new RequestLog(), faults: new Faults(), capture: new Capture(), enterpriseHost };
  const server = await startServer(parts, leaf, options.port);
  const control = await startControl(parts, options.controlPort);
  return {
    url: `https://127.0.0.1:${String(portOf(server))}`,
    control: `http://127.0.0.1:${String(portOf(control))}`,
    ca: files.ca,
    appId: app.id,
    appKeyFile: files.appKey,
    clientId: app.clientId,
    clientSecretFile: files.secret,
    world,
    close: async () => {
      await Promise.all([stop(server), stop(control)]);
      world.close();
    },
  };
}
