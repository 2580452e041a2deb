import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { HoldshortError, toHoldshortError } from '@holdshort/errors';
import { presentedCredentials } from '../session/presented-credentials.js';
import type { AgentContext } from '../exchange/agent-context.js';
import { openExchange } from '../exchange/open-exchange.js';
import { refuseConnect } from '../respond/connect-refusal.js';
import { isGoverned, matchesHost, splitAuthority } from './governed-host.js';
import { openTunnel } from './tunnel.js';
import type { WorkspaceCa } from './workspace-ca.js';

interface Connect {
  host: string;
  authorization: string | undefined;
}

/** A slow client may take this long for its request head; git's own idle time lies in bodies, which are not limited. */
const HEADERS_TIMEOUT_MS = 60_000;

const clientKey = (socket: Socket): string => `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;

/**
 * The forward proxy: CONNECT only. For GitHub's hosts TLS ends here with a leaf of the workspace CA, and each request
 * inside goes to its pipeline; other hosts are tunnelled where the setting names them, and refused otherwise.
 */
export function createProxyServer(agent: AgentContext, ca: WorkspaceCa): http.Server {
  /** CONNECT of each client connection under way, by the client's address: TLS hides the socket it runs on. */
  const connects = new Map<string, Connect>();
  const inner = https.createServer(
    {
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      SNICallback: (name, callback) => {
        if (!isGoverned(name.toLowerCase())) {
          callback(new Error('not a host of GitHub'));
          return;
        }
        ca.secureContext(name.toLowerCase()).then((context) => { callback(null, context); }, (error: unknown) => { callback(error as Error); });
      },
    },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      const connect = connects.get(clientKey(socket));
      const host = connect && agreedHost(connect, socket, request);
      if (!connect || host === undefined) {
        response.writeHead(421, { 'content-type': 'text/plain', connection: 'close' }).end('holdshort: CONNECT, SNI and Host disagree\n');
        return;
      }
      const arrival = { entry: 'proxy' as const, host, url: request.url ?? '/', connectAuthorization: connect.authorization };
      void openExchange(arrival, request, response, agent);
    },
  );
  relax(inner);
  inner.on('tlsClientError', (error) => {
    agent.logger.info({ error: error.message }, 'a TLS handshake of a client failed');
  });
  const outer = http.createServer((request, response) => {
    response.writeHead(400, { 'content-type': 'text/plain', connection: 'close' });
    response.end('holdshort: this is a forward proxy for https; plain http is not forwarded\n');
    request.resume();
  });
  relax(outer);
  outer.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    acceptConnect(request, client as Socket, head).catch((error: unknown) => {
      refuseConnect(client as Socket, toHoldshortError(error), agent);
    });
  });
  outer.on('close', () => inner.close());

  async function acceptConnect(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    client.on('error', (error) => {
      agent.logger.debug({ error: error.message }, 'client connection failed');
    });
    const target = splitAuthority(request.url ?? '');
    const authorization = request.headers['proxy-authorization'];
    if (!target || target.port !== 443 || isIP(target.host)) throw unknownHost(request.url ?? '');
    if (!isGoverned(target.host)) {
      if (!agent.settings.tunnelHosts.some((pattern) => matchesHost(pattern, target.host))) throw unknownHost(target.host);
      await openTunnel(target.host, client, head);
      return;
    }
    const { sessionCredential, foreign } = presentedCredentials(authorization, undefined);
    if (sessionCredential === undefined && !foreign && (await agent.evidence.credentialOf(client)) === undefined) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="Holdshort session"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    connects.set(clientKey(client), { host: target.host, authorization });
    const key = clientKey(client);
    client.once('close', () => connects.delete(key));
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) client.unshift(head);
    inner.emit('connection', client);
  }

  return outer;
}

/** Long pushes and clones are normal here: only the head of a request is timed. */
function relax(server: http.Server | https.Server): void {
  server.requestTimeout = 0;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.keepAliveTimeout = HEADERS_TIMEOUT_MS;
}

/** CONNECT, SNI and Host must name the same host; otherwise one rule would be asked and another host reached. */
function agreedHost(connect: Connect, socket: TLSSocket, request: IncomingMessage): string | undefined {
  const named = splitAuthority(request.headers.host ?? '')?.host;
  const indicated = typeof socket.servername === 'string' ? socket.servername.toLowerCase() : undefined;
  const isOrigin = (request.url ?? '').startsWith('/');
  return isOrigin && named === connect.host && indicated === connect.host ? connect.host : undefined;
}

const unknownHost = (host: string): HoldshortError =>
  new HoldshortError('host_unknown', `Connections to ${host.slice(0, 200)} are not let through by this agent.`, {
    advice: 'If it is needed, ask the platform team to add it to HOLDSHORT_AGENT_TUNNEL_HOSTS.',
  });
