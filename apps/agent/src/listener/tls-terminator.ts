import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { AgentContext } from '../exchange/agent-context.js';
import { asAtGithub } from '../exchange/enterprise-server.js';
import { openExchange, type Arrival } from '../exchange/open-exchange.js';
import { HoldshortError } from '@holdshort/errors';
import { isGoverned } from '@holdshort/github-operations';
import { Answers, framingProblem, pipelined } from './framing.js';
import { guardServer, refuseInnerConnect, STRICT_HTTP } from './guard-server.js';
import type { WorkspaceCa } from './workspace-ca.js';

export interface Connect {
  host: string;
  /** Proxy-Authorization of the CONNECT. */
  authorization: string | undefined;
}

const clientKey = (socket: Socket): string => `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;

/** Ends TLS for GitHub's hosts with leaves of the workspace CA; each request inside goes to its pipeline. */
export class TlsTerminator {
  /** CONNECT of each client connection under way, by the client's address: TLS hides the socket that it runs on. */
  readonly #connects = new Map<string, Connect>();
  readonly #server: https.Server;
  readonly #agent: AgentContext;

  constructor(agent: AgentContext, ca: WorkspaceCa) {
    this.#agent = agent;
    const answers = new Answers();
    this.#server = https.createServer({
      ...STRICT_HTTP,
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      SNICallback: (name, callback) => {
        if (!isGoverned(name.toLowerCase(), [...agent.settings.enterpriseServers, ...agent.settings.modelHosts]))
          callback(new Error('not a host of GitHub'));
        else ca.secureContext(name.toLowerCase()).then((context) => callback(null, context), callback);
      },
    });
    guardServer(this.#server, answers, agent);
    refuseInnerConnect(this.#server, answers, agent);
    this.#server.on('request', (request, response) => {
      const connect = this.#connects.get(clientKey(request.socket));
      if (!connect) {
        request.socket.destroy(); // cannot happen: connections come from accept() only
        return;
      }
      const isEarly = answers.isPipelined(request, response);
      const arrival = {
        entry: 'proxy' as const,
        ...destination(connect.host, request.url ?? '/', agent.settings.enterpriseServers),
        connectAuthorization: connect.authorization,
        problem: isEarly ? pipelined() : (framingProblem(request) ?? disagreement(connect, request)),
      };
      void openExchange(arrival, request, response, this.#agent);
    });
    this.#server.on('tlsClientError', (error) => {
      agent.logger.info({ error: error.message }, 'a TLS handshake of a client failed');
    });
  }

  /** Takes over a client connection whose CONNECT has been answered. */
  accept(client: Socket, connect: Connect): void {
    const key = clientKey(client);
    this.#connects.set(key, connect);
    client.once('close', () => this.#connects.delete(key));
    this.#server.emit('connection', client);
  }

  close(): void {
    this.#server.close();
  }
}

/** A call to a GitHub Enterprise Server goes the way of the like at github.com, and is told from it by the server's name. */
function destination(host: string, url: string, servers: readonly string[]): Pick<Arrival, 'host' | 'url' | 'server'> {
  return servers.includes(host) ? { ...asAtGithub(host, url), server: host } : { host, url };
}

/** CONNECT, SNI and Host must name the same host; otherwise one rule would be asked and another host reached. */
function disagreement({ host }: Connect, { socket, headers }: IncomingMessage): HoldshortError | undefined {
  const indicated =
    socket instanceof TLSSocket && typeof socket.servername === 'string' ? socket.servername.toLowerCase() : undefined;
  const named = (headers.host ?? '').toLowerCase().replace(/:443$/, '');
  if (named === host && indicated === host) return undefined;
  return new HoldshortError('request_malformed', 'CONNECT, SNI and Host disagree.', {
    advice: 'Name the same host in all three.',
  });
}
