import http, { type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { HoldshortError, toHoldshortError } from '@holdshort/errors';
import { isGithubHost, isGoverned } from '@holdshort/github-operations';
import { tunnelDraft } from '../audit/tunnel-event.js';
import { presentedCredentials } from '../session/presented-credentials.js';
import type { AgentContext } from '../exchange/agent-context.js';
import { refuseConnect } from '../respond/connect-refusal.js';
import { refuseUnrouted } from '../respond/unreadable-refusal.js';
import { Answers } from './framing.js';
import { matchesHost, splitAuthority } from './authority.js';
import { guardServer, STRICT_HTTP } from './guard-server.js';
import { TlsTerminator } from './tls-terminator.js';
import { openTunnel } from './tunnel.js';
import type { WorkspaceCa } from './workspace-ca.js';

const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n';
const CHALLENGE = [
  'HTTP/1.1 407 Proxy Authentication Required',
  'Proxy-Authenticate: Basic realm="Holdshort session"',
  'Content-Length: 0',
  'Connection: close',
  '\r\n',
].join('\r\n');

/**
 * The forward proxy: CONNECT only. GitHub's hosts go to the TLS terminator; other hosts are tunnelled where the
 * setting names them, and refused otherwise.
 */
export function createProxyServer(agent: AgentContext, ca: WorkspaceCa): http.Server {
  const terminator = new TlsTerminator(agent, ca);
  const server = http.createServer(STRICT_HTTP, (request, response) => {
    refuseUnrouted(response, plainHttp(), agent);
    request.resume();
  });
  guardServer(server, new Answers(), agent);
  server.on('connect', (request, client, head) => {
    if (!(client instanceof Socket)) return;
    client.on('error', (error) => {
      agent.logger.debug({ error: error.message }, 'client connection failed');
    });
    acceptConnect(request, client, head).catch((error: unknown) => {
      refuseConnect(client, toHoldshortError(error), agent);
    });
  });
  server.on('close', () => {
    terminator.close();
  });

  async function acceptConnect(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    const host = targetOf(request.url ?? '');
    if (splitAuthority(request.headers.host ?? request.url ?? '')?.host !== host) throw disagrees();
    if (!isGoverned(host, [...agent.settings.enterpriseServers, ...agent.settings.modelHosts])) {
      if (!mayTunnel(host, agent.settings.tunnelHosts)) throw unknownHost(host);
      await openTunnel(host, client, head, async (address) => {
        await agent.trail.record(tunnelDraft(host, address));
        agent.metrics.tunnelled();
      });
      return;
    }
    const authorization = request.headers['proxy-authorization'];
    if (authorization === undefined && (await agent.evidence.credentialOf(client)) === undefined) {
      client.end(CHALLENGE);
      return;
    }
    if (presentedCredentials(authorization, undefined).foreign) throw foreign();
    client.write(ESTABLISHED);
    if (head.length > 0) client.unshift(head);
    terminator.accept(client, { host, authorization });
  }

  return server;
}

/** A domain of GitHub's that is not served here is not passed by unread either. */
const mayTunnel = (host: string, patterns: readonly string[]): boolean =>
  !isGithubHost(host) && patterns.some((pattern) => matchesHost(pattern, host));

/** The DNS name of a CONNECT to port 443; an address would hide which host is meant. */
function targetOf(authority: string): string {
  const target = splitAuthority(authority);
  if (target?.port !== 443 || /^[\d.]+$/.test(target.host)) throw unknownHost(authority);
  return target.host;
}

const plainHttp = (): HoldshortError =>
  new HoldshortError('request_malformed', 'This is a forward proxy for https; plain http is not forwarded.');

const disagrees = (): HoldshortError => new HoldshortError('request_malformed', 'CONNECT and its Host name two hosts.');

const unknownHost = (host: string): HoldshortError =>
  new HoldshortError('host_unknown', `Connections to ${host.slice(0, 200)} are not let through by this agent.`, {
    advice: 'If it is needed, ask the platform team to add it to HOLDSHORT_AGENT_TUNNEL_HOSTS.',
  });

const foreign = (): HoldshortError =>
  new HoldshortError('foreign_credential', 'The proxy credential is not one of a Holdshort session.', {
    advice: 'Start the tool inside a session: holdshort run -- COMMAND',
  });
