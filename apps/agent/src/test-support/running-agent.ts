import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { EventChain, type AuditEvent, type EventDraft } from '@holdshort/audit-events';
import { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import { ObjectCache } from '@holdshort/git-wire';
import { NO_TRACING } from '@holdshort/telemetry';
import { Pool } from 'undici';
import { loadAgentSettings } from '../config.js';
import { AgentMetrics } from '../admin/metrics.js';
import { DecisionCache } from '../control/decision-cache.js';
import type { AgentContext } from '../exchange/agent-context.js';
import { createEndpointServer } from '../listener/endpoint-server.js';
import { createProxyServer } from '../listener/proxy-server.js';
import { WorkspaceCa } from '../listener/workspace-ca.js';
import { CaptureBudget } from '../model/capture-budget.js';
import { ToldResults } from '../model/told-results.js';
import { SessionRegistry } from '../session/session-registry.js';

export const CREDENTIAL = 'ghu_holdshort_0123456789abcdef0123456789abcdef';

const SESSION = agentV1.Session.fromPartial({
  id: 'ses_1',
  human: { sub: 'u1', login: 'alice', email: 'alice@example.test', idp: 'https://idp.example.test' },
  assistant: 'copilot',
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
});

/** Refuses everything, as a policy does. */
export const DENIED = agentV1.DecideResponse.fromPartial({
  effect: agentV1.Effect.EFFECT_DENY,
  decisionId: 'dec_2',
  reasonCodes: ['policy_forbids'],
  message: 'Not by an assistant.',
  determiningPolicies: ['deny-all'],
  policyVersion: 'v1',
});

/** Allows everything: only what the agent itself refuses is refused. */
const ALLOWED = agentV1.DecideResponse.fromPartial({
  effect: agentV1.Effect.EFFECT_ALLOW,
  decisionId: 'dec_1',
  reasonCodes: ['policy_permits'],
  policyVersion: 'v1',
  lease: { id: 'lea_1', kind: 'installation', token: 'ghs_test', expiresAt: '2030-01-01T00:00:00.000Z' },
});

export interface RunningOptions {
  /** The answer to every question; an allow where it is not given. */
  decision?: agentV1.DecideResponse;
  /** What the allow is bound to. */
  obligations?: Partial<agentV1.Obligations>;
  /** What the stand-in for GitHub answers. */
  answer?: (request: http.IncomingMessage, response: http.ServerResponse) => void;
}

/** What the stand-in for GitHub was sent. */
export interface Reached {
  method: string;
  url: string;
  headers: http.IncomingHttpHeaders;
}

/** The agent's two servers as they run in production, before a GitHub that counts and a policy that allows all. */
export class RunningAgent {
  readonly events: EventDraft[] = [];
  readonly reached: Reached[] = [];
  /** What the disk does not take. */
  isUnrecordable: (draft: EventDraft) => boolean = () => false;
  readonly #dir: string;
  readonly #servers: http.Server[];
  readonly #pool: Pool;
  readonly #ca: string;

  private constructor(dir: string, ca: string, github: http.Server) {
    this.#dir = dir;
    this.#ca = ca;
    this.#pool = new Pool(`http://127.0.0.1:${portOf(github)}`);
    this.#servers = [github];
  }

  static async start(env: Record<string, string> = {}, options: RunningOptions = {}): Promise<RunningAgent> {
    const dir = await mkdtemp(path.join(tmpdir(), 'holdshort-agent-'));
    const ca = await WorkspaceCa.open(dir, 'ws');
    const github = await listening(http.createServer());
    const running = new RunningAgent(dir, await readFile(ca.caFile, 'utf8'), github);
    github.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      running.reached.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
      const answer = options.answer ?? answerEmpty;
      answer(request, response);
    });
    const agent = running.#context(env, options);
    running.#servers.push(await listening(createProxyServer(agent, ca)), await listening(createEndpointServer(agent)));
    return running;
  }

  #context(env: Record<string, string>, { obligations, decision = ALLOWED }: RunningOptions): AgentContext {
    const answer = agentV1.DecideResponse.fromPartial({ ...decision, ...(obligations ? { obligations } : {}) });
    const silent = () => undefined;
    const trail = {
      record: (draft: EventDraft) => {
        if (this.isUnrecordable(draft))
          return Promise.reject(new HoldshortError('audit_unavailable', 'The disk is full.'));
        this.events.push(draft);
        return Promise.resolve({});
      },
      isWritable: () => true,
      status: () => ({ pending: 0, bytes: 0, oldestPendingMs: 0, chainId: 'c' }),
    };
    const context = {
      settings: loadAgentSettings(env),
      logger: { debug: silent, info: silent, warn: silent, error: silent },
      control: { connected: true, silentFor: () => 0, decide: () => Promise.resolve(answer) },
      decisions: new DecisionCache(),
      objects: new ObjectCache(),
      sessions: new SessionRegistry({ resolve: () => Promise.resolve(SESSION) }),
      evidence: { credentialOf: () => Promise.resolve(undefined), chainOf: () => Promise.resolve(undefined) },
      captureBudget: new CaptureBudget(16 << 20),
      toldResults: new ToldResults(),
      upstreams: { pool: () => this.#pool },
      tracing: NO_TRACING,
      trail,
      attestor: { attest: silent },
      scratchDir: this.#dir,
      endpointUrl: () => this.endpointUrl,
    } as unknown as AgentContext;
    return { ...context, metrics: new AgentMetrics({ trail: context.trail, connected: () => true }) };
  }

  /** The events as a trail would have sealed them. */
  sealed(): AuditEvent[] {
    const chain = new EventChain({ emitter: { id: 'agt_1', host: 'box', version: '1' }, tenant: 'default' });
    return this.events.map((draft) => chain.append(chain.prepare(draft)).event);
  }

  get endpointUrl(): string {
    return `http://127.0.0.1:${this.endpointPort}`;
  }

  get proxyPort(): number {
    return portOf(this.#servers[1]);
  }

  get endpointPort(): number {
    return portOf(this.#servers[2]);
  }

  /** A raw connection to the endpoint. */
  endpoint(): Socket {
    return connect(this.endpointPort, '127.0.0.1');
  }

  /** A raw connection to the proxy. */
  proxy(): Socket {
    return connect(this.proxyPort, '127.0.0.1');
  }

  /** A connection inside CONNECT and TLS, ready for bytes. */
  async inside(host: string, servername: string | undefined = host): Promise<Socket> {
    const socket = this.proxy();
    const basic = Buffer.from(`x:${CREDENTIAL}`).toString('base64');
    socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\nProxy-Authorization: Basic ${basic}\r\n\r\n`);
    const head = await new Promise<string>((resolve, reject) => {
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1')));
      socket.once('error', reject);
    });
    if (!head.startsWith('HTTP/1.1 200')) throw new Error(`CONNECT was refused: ${head}`);
    const secure = tls.connect({
      socket,
      ca: this.#ca,
      ...(servername === '' ? {} : { servername }),
      checkServerIdentity: () => undefined,
    });
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve);
      secure.once('error', reject);
    });
    return secure;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
    await this.#pool.destroy();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

const answerEmpty: http.RequestListener = (request, response) => {
  request.resume().once('end', () => response.end('{}'));
};

const portOf = (server: http.Server | undefined): number => (server?.address() as AddressInfo).port;

async function listening(server: http.Server): Promise<http.Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** A busy machine may take this long to begin with an answer. */
const FIRST_BYTE_MS = 5_000;

/** Sends the bytes and reads until the server closes, or until it has been silent for a while after it began. */
export async function exchangeBytes(socket: Socket, bytes: string | Buffer, silenceMs = 250): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    socket.setTimeout(silenceMs);
  });
  socket.setTimeout(FIRST_BYTE_MS, () => socket.destroy());
  socket.on('error', () => undefined); // a reset is an answer too
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(bytes);
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}
