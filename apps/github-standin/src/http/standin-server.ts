import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credential } from '@holdshort/tls';
import { credentialOf } from '../access/actor.js';
import { sha256Hex } from '../access/token-store.js';
import { serveOauth } from '../oauth/serve-oauth.js';
import { serveApi } from '../rest/serve-api.js';
import type { World } from '../world/world.js';
import { serveArchive } from './codeload.js';
import type { Capture } from './capture.js';
import type { Exchange } from './exchange.js';
import type { Faults } from './faults.js';
import { serveGist, serveGistRaw } from './serve-gist.js';
import { serveRegistry } from './serve-registry.js';
import { gitPath, serveGit } from './serve-git.js';
import { LFS_HOST, serveLfsVerify } from './serve-lfs.js';
import { ASSET_STORAGE, LFS_STORAGE, PACKAGE_STORAGE, serveStorage } from './storage.js';
import { serveWebRedirect } from './web-redirects.js';
import { serveRaw } from './raw-files.js';
import { serveOtherModel } from '../copilot/serve-other-model.js';
import { serveCopilot } from '../copilot/serve-copilot.js';
import type { LoggedRequest, RequestLog } from './request-log.js';

export interface ServerParts {
  world: World;
  log: RequestLog;
  faults: Faults;
  capture: Capture;
  /** A GitHub Enterprise Server serves all that it has under its one name; empty for github.com. */
  enterpriseHost: string;
}

const LOCAL_HOSTS = ['localhost', '127.0.0.1'];

function sendText(exchange: Exchange, status: number, text: string): void {
  exchange.res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

/** Hosts with one kind of service each. */
const OTHER_HOSTS: Readonly<Record<string, (world: World, exchange: Exchange) => Promise<void>>> = {
  [LFS_STORAGE]: serveStorage,
  [ASSET_STORAGE]: serveStorage,
  [PACKAGE_STORAGE]: serveStorage,
  [LFS_HOST]: serveLfsVerify,
  'gist.github.com': serveGist,
  'gist.githubusercontent.com': serveGistRaw,
  'ghcr.io': serveRegistry,
  'codeload.github.com': serveArchive,
  'raw.githubusercontent.com': serveRaw,
};

/** What stands before the path of the interface where it has no host of its own: `/api/v3`, or `/api` for GraphQL. */
const apiPrefix = (url: URL): string | undefined =>
  /^\/api\/(v3(?=\/|$)|(?=graphql$))/.exec(url.pathname)?.[0].replace(/\/$/, '');

/** Repositories and interface of one server; it knows no other host. */
async function serveEnterprise(world: World, exchange: Exchange, name: string): Promise<void> {
  const { host, url } = exchange;
  const api = apiPrefix(url);
  const git = gitPath(url.pathname);
  if (host === name && api !== undefined) return serveApi(world, exchange, api);
  if (host === name && git) return serveGit(world, exchange, git);
  sendText(exchange, 501, `The GitHub stand-in does not implement ${host}${url.pathname}\n`);
}

/** github.com, and this machine for clients that come directly. @returns false for what is on neither */
async function serveSite(world: World, exchange: Exchange): Promise<boolean> {
  const { host, url } = exchange;
  const local = LOCAL_HOSTS.includes(host);
  if (host !== 'github.com' && !local) return false;
  if (await serveOauth(world, exchange)) return true;
  const git = gitPath(url.pathname);
  if (git) await serveGit(world, exchange, git);
  // The form of GitHub Enterprise Server, for clients that are pointed at this port itself.
  else if (local) await serveApi(world, exchange, apiPrefix(url) ?? '');
  else return serveWebRedirect(world, exchange);
  return true;
}

/** One port for all of GitHub: the Host header tells which of its sites is meant. */
async function serveGithub(world: World, exchange: Exchange): Promise<void> {
  const { host, url } = exchange;
  if (host === 'api.github.com' || host === 'uploads.github.com') return serveApi(world, exchange, '');
  if (await serveSite(world, exchange)) return;
  const serve = Object.hasOwn(OTHER_HOSTS, host) ? OTHER_HOSTS[host] : undefined;
  if (serve) return serve(world, exchange);
  if (host === 'api.anthropic.com' || host === 'api.openai.com') return serveOtherModel(world, exchange);
  if (host.endsWith('.githubcopilot.com')) return serveCopilot(world, exchange);
  sendText(exchange, 501, `The GitHub stand-in does not implement ${host}${url.pathname}\n`);
}

const isEnterprise = ({ enterpriseHost }: ServerParts, { host }: Exchange): boolean =>
  enterpriseHost !== '' && !LOCAL_HOSTS.includes(host);

/** @returns true where the fault answered the request */
async function applyFault(faults: Faults, exchange: Exchange): Promise<boolean> {
  const { req, res, host, url } = exchange;
  const fault = faults.take(req.method ?? '', host, url.pathname + url.search);
  if (!fault) return false;
  if (fault.delayMs !== undefined) await sleep(fault.delayMs);
  if (fault.drop) {
    req.socket.destroy();
    return true;
  }
  if (fault.loseAnswer) loseAnswer(exchange);
  if (fault.status === undefined) return false;
  req.resume();
  const said = fault.body ?? { message: `Fault ${String(fault.status)} set by a test`, status: String(fault.status) };
  const headers = { 'content-type': 'application/json; charset=utf-8', ...fault.headers };
  res.writeHead(fault.status, headers).end(JSON.stringify(said));
  return true;
}

/** The call is served, and its answer never arrives. */
function loseAnswer({ req, res }: Exchange): void {
  res.writeHead = (): ServerResponse => {
    req.socket.destroy();
    return res;
  };
}

function startExchange({ log, capture }: ServerParts, req: IncomingMessage, res: ServerResponse): Exchange {
  const host = (req.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  const url = new URL(req.url ?? '/', `https://${req.headers.host ?? 'localhost'}`);
  const credential = credentialOf(req);
  if (credential !== null) capture.see(credential);
  const entry = log.add({
    host,
    method: req.method ?? '',
    path: url.pathname,
    query: url.search,
    authorization_sha256: credential === null ? null : sha256Hex(credential),
  });
  res.once('finish', () => {
    entry.status = res.statusCode;
  });
  countBody(req, entry);
  return { req, res, host, url, log: entry };
}

/** Counts what arrives, read by us or not: a listener for `data` would start the flow before anybody wants it. */
function countBody(req: IncomingMessage, entry: LoggedRequest): void {
  const push = req.push.bind(req);
  req.push = (chunk: Buffer | null, encoding?: BufferEncoding): boolean => {
    if (chunk !== null) entry.body_bytes += chunk.length;
    return push(chunk, encoding);
  };
}

async function handle(parts: ServerParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const exchange = startExchange(parts, req, res);
  try {
    if (await applyFault(parts.faults, exchange)) return;
    await (isEnterprise(parts, exchange)
      ? serveEnterprise(parts.world, exchange, parts.enterpriseHost)
      : serveGithub(parts.world, exchange));
  } catch (error) {
    process.stderr.write(`github-standin: ${req.method ?? ''} ${exchange.url.pathname}: ${String(error)}\n`);
    if (res.headersSent) res.destroy();
    else res.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"Server Error"}');
  }
}

/** GitHub itself, on loopback. Port 0 takes a free one. */
export async function startServer(parts: ServerParts, credential: Credential, port: number): Promise<Server> {
  const server = createServer({
    key: credential.privateKey,
    cert: [credential.certificate, ...credential.chain].join('\n'),
  });
  server.on('request', (req: IncomingMessage, res: ServerResponse) => void handle(parts, req, res));
  // A push held by the gateway keeps its upstream connection open for longer than node's defaults.
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

export const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
