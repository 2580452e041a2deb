import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { EventEmitter } from 'node:events';
import { Metadata, type ClientDuplexStream, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import { agentV1 } from '@holdshort/contracts';
import { HoldshortError, toHoldshortError, type ReasonCode } from '@holdshort/errors';
import { fromGrpcError, serverNameOptions } from '@holdshort/grpc';
import type { Logger, Tracing } from '@holdshort/telemetry';
import type { AgentMetrics } from '../admin/metrics.js';
import type { Rpc } from '../admin/metrics-table.js';
import { AGENT_VERSION } from '../config.js';
import { channelCredentials, type Identity } from '../enrolment/identity.js';

/** A decision that has not come by then counts as unreachable: git and people wait, an API client does not. */
const DECISION_DEADLINE_MS = 10_000;
/** Each intent is judged by itself, in about 1 ms: a push of 1,500 refs is 1,500 of them. Ten times that, for a busy machine. */
const INTENT_DEADLINE_MS = 10;
const RECONNECT_MS = [100, 250, 500, 1000, 2000, 5000] as const;
/**
 * Keepalive finds a dead peer in the time in which a decision would be given up anyway. Reconnecting: the library's
 * own pauses grow to two minutes, in which every call would be refused though the control plane is back.
 */
const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 250,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.max_receive_message_length': 8 << 20,
};

interface Waiting {
  /** A broken stream fails exactly the requests that were sent on it. */
  stream: DecisionStream;
  resolve: (response: agentV1.DecideResponse) => void;
  reject: (error: HoldshortError) => void;
  timer: NodeJS.Timeout;
}

type DecisionStream = ClientDuplexStream<agentV1.DecideRequest, agentV1.DecideResponse>;

export interface ControlEvents {
  /** A message of the Watch stream. */
  watch: [agentV1.WatchResponse];
  up: [];
  down: [];
  /** The control plane no longer takes this agent: it was revoked. */
  refused: [];
}

const deadline = () => ({ deadline: Date.now() + DECISION_DEADLINE_MS });

const unreachable = (cause?: unknown): HoldshortError =>
  new HoldshortError('control_plane_unreachable', 'The control plane gives no answer, so the call is refused.', {
    advice: 'Nothing is wrong with the call itself. Try again in a moment; if it stays, tell the platform team.',
    cause,
  });

type Answered<T> = (error: ServiceError | null, response: T) => void;

/** One call with one answer. @param call undefined where there is no client yet */
function askOnce<T>(call: (answered: Answered<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const called = call((error, response) => {
      if (error) reject(fromGrpcError(error));
      else resolve(response);
    });
    if (called === undefined) reject(unreachable());
  });
}

/** What the client tells of itself. */
interface Told {
  logger: Logger;
  metrics: Pick<AgentMetrics, 'asked'>;
  tracing: Pick<Tracing, 'current'>;
}

/**
 * The agent's one line to the control plane: decisions multiplexed on one stream, Watch on another.
 * Both are made anew when they break; a call under way when its stream breaks is refused, not repeated. Only what
 * has waited for people is asked again, under the same request id, by which an approval used up is known.
 */
export class ControlClient extends EventEmitter<ControlEvents> {
  readonly #logger: Logger;
  readonly #metrics: Told['metrics'];
  readonly #tracing: Told['tracing'];
  readonly #waiting = new Map<string, Waiting>();
  #decisions: agentV1.DecisionServiceClient | undefined;
  #approvals: agentV1.ApprovalServiceClient | undefined;
  #sessions: agentV1.SessionServiceClient | undefined;
  #watches: agentV1.WatchServiceClient | undefined;
  #trail: agentV1.TrailServiceClient | undefined;
  #prompts: agentV1.PromptServiceClient | undefined;
  #stream: DecisionStream | undefined;
  #watch: ClientReadableStream<agentV1.WatchResponse> | undefined;
  #failures = 0;
  #closed = false;
  #connected = false;
  #lastSeen = 0;

  constructor(identity: Identity, { logger, metrics, tracing }: Told) {
    super();
    this.#logger = logger;
    this.#metrics = metrics;
    this.#tracing = tracing;
    this.#connect(identity);
  }

  /** Whether the Watch stream stands. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Milliseconds since the control plane was last heard; what is older than 30 s stops the decision cache. */
  silentFor(now = Date.now()): number {
    return now - this.#lastSeen;
  }

  /** New certificate: new channels; decisions under way on the old ones still get their answers. */
  useIdentity(identity: Identity): void {
    const old = this.#clients();
    this.#stream?.end();
    this.#watch?.cancel();
    this.#connect(identity);
    setTimeout(() => {
      for (const client of old) client?.close();
    }, DECISION_DEADLINE_MS).unref();
  }

  #connect(identity: Identity): void {
    const tls = channelCredentials(identity);
    const options = { ...CHANNEL_OPTIONS, ...serverNameOptions(identity.grpc) };
    this.#decisions = new agentV1.DecisionServiceClient(identity.grpc, tls, options);
    this.#approvals = new agentV1.ApprovalServiceClient(identity.grpc, tls, options);
    this.#sessions = new agentV1.SessionServiceClient(identity.grpc, tls, options);
    this.#watches = new agentV1.WatchServiceClient(identity.grpc, tls, options);
    this.#trail = new agentV1.TrailServiceClient(identity.grpc, tls, options);
    this.#prompts = new agentV1.PromptServiceClient(identity.grpc, tls, options);
    this.#stream = undefined;
    this.#openWatch();
  }

  #clients(): ({ close: () => void } | undefined)[] {
    return [this.#decisions, this.#approvals, this.#sessions, this.#watches, this.#trail, this.#prompts];
  }

  #openWatch(): void {
    if (this.#closed || !this.#watches) return;
    const watch = this.#watches.watch({ agentVersion: AGENT_VERSION, host: hostname() });
    this.#watch = watch;
    watch.on('data', (message: agentV1.WatchResponse) => {
      this.#lastSeen = Date.now();
      if (message.ready) this.#setConnected(true);
      this.emit('watch', message);
    });
    watch.on('error', (error) => {
      if (this.#watch !== watch) return;
      this.#logger.warn({ error: error.message }, 'watch stream broke');
      if (fromGrpcError(error).code === 'not_authenticated') this.emit('refused');
    });
    watch.on('close', () => {
      if (this.#watch === watch) this.#reopenWatch();
    });
  }

  #reopenWatch(): void {
    this.#setConnected(false);
    if (this.#closed) return;
    const delay = RECONNECT_MS[Math.min(this.#failures, RECONNECT_MS.length - 1)] ?? 5000;
    this.#failures += 1;
    setTimeout(() => {
      this.#openWatch();
    }, delay).unref();
  }

  #setConnected(connected: boolean): void {
    if (connected) this.#failures = 0;
    if (connected === this.#connected) return;
    this.#connected = connected;
    this.emit(connected ? 'up' : 'down');
  }

  #decisionStream(): DecisionStream {
    if (this.#stream) return this.#stream;
    if (!this.#decisions) throw unreachable();
    const stream = this.#decisions.decide();
    this.#stream = stream;
    stream.on('data', (response: agentV1.DecideResponse) => {
      this.#lastSeen = Date.now();
      this.#settle(response.requestId, (waiting) => {
        waiting.resolve(response);
      });
    });
    const fail = (cause?: unknown): void => {
      if (this.#stream === stream) this.#stream = undefined;
      for (const [id, sent] of this.#waiting) {
        if (sent.stream === stream)
          this.#settle(id, (waiting) => {
            waiting.reject(unreachable(cause));
          });
      }
    };
    stream.on('error', fail);
    stream.on('close', fail);
    return stream;
  }

  #settle(requestId: string, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(requestId);
    if (!waiting) return;
    this.#waiting.delete(requestId);
    clearTimeout(waiting.timer);
    how(waiting);
  }

  /**
   * @param requestId the same for a question that is asked again because its answer was lost
   * @throws HoldshortError `control_plane_unreachable` after 10 s (and 10 ms for each intent), or when the stream breaks
   */
  decide(
    request: Omit<agentV1.DecideRequest, 'requestId'>,
    requestId: string = randomUUID(),
  ): Promise<agentV1.DecideResponse> {
    return this.#counted('Decide', this.#send(request, requestId));
  }

  #send(request: Omit<agentV1.DecideRequest, 'requestId'>, requestId: string): Promise<agentV1.DecideResponse> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => {
          this.#settle(requestId, (waiting) => {
            waiting.reject(unreachable());
          });
        },
        DECISION_DEADLINE_MS + (request.operation?.intents.length ?? 0) * INTENT_DEADLINE_MS,
      );
      const stream = this.#decisionStream();
      this.#waiting.set(requestId, { stream, resolve, reject, timer });
      stream.write({ ...request, requestId });
    });
  }

  async #counted<T>(rpc: Rpc, answer: Promise<T>): Promise<T> {
    const asked = performance.now();
    const told = (code: ReasonCode | 'ok'): void => {
      this.#metrics.asked(rpc, code, performance.now() - asked);
    };
    try {
      const response = await answer;
      told('ok');
      return response;
    } catch (thrown) {
      told(toHoldshortError(thrown).code);
      throw thrown;
    }
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    const traceparent = this.#tracing.current();
    if (traceparent !== undefined) metadata.set('traceparent', traceparent);
    return metadata;
  }

  #ask<T>(rpc: Rpc, call: (answered: Answered<T>) => unknown): Promise<T> {
    return this.#counted(rpc, askOnce(call));
  }

  /** @throws HoldshortError `session_unknown`, or `control_plane_unreachable` */
  async resolveSession(credentialSha256: string): Promise<agentV1.Session> {
    const { session } = await this.#ask<agentV1.ResolveSessionResponse>('ResolveSession', (answered) =>
      this.#sessions?.resolveSession({ credentialSha256 }, this.#metadata(), deadline(), answered),
    );
    if (session) return session;
    throw new HoldshortError('session_unknown', 'The session credential is not known.');
  }

  /** The intents that policy could allow the session at all. @throws HoldshortError `session_unknown`, or `control_plane_unreachable` */
  async permittedActions(sessionId: string): Promise<string[]> {
    const { actions } = await this.#ask<agentV1.ListPermittedActionsResponse>('ListPermittedActions', (answered) =>
      this.#decisions?.listPermittedActions({ sessionId }, this.#metadata(), deadline(), answered),
    );
    return actions;
  }

  /** The certificate of a key that signs heads of the audit chain, JSON. @throws HoldshortError `control_plane_unreachable`, or why not */
  async certifyKey(publicKey: string, proof: string): Promise<string> {
    const { certificate } = await this.#ask<agentV1.CertifyKeyResponse>('CertifyKey', (answered) =>
      this.#trail?.certifyKey({ publicKey, proof }, new Metadata(), deadline(), answered),
    );
    return certificate;
  }

  /** The countersigned head, JSON. @throws HoldshortError `control_plane_unreachable`, or `conflict` for a head that is refused */
  async countersignHead(checkpoint: string): Promise<string> {
    const { head } = await this.#ask<agentV1.CountersignHeadResponse>('CountersignHead', (answered) =>
      this.#trail?.countersignHead({ checkpoint }, new Metadata(), deadline(), answered),
    );
    return head;
  }

  /** Hands over texts of prompts, where the session's policy wants them. @throws HoldshortError `control_plane_unreachable`, or why not */
  async storePrompt(request: agentV1.StorePromptRequest): Promise<void> {
    await this.#ask<agentV1.StorePromptResponse>('StorePrompt', (answered) =>
      this.#prompts?.storePrompt(request, new Metadata(), deadline(), answered),
    );
  }

  /** Hands over what people are shown of a held call. @throws HoldshortError `control_plane_unreachable`, or why not */
  async showHeld(request: agentV1.ShowHeldRequest): Promise<void> {
    await this.#ask<agentV1.ShowHeldResponse>('ShowHeld', (answered) =>
      this.#approvals?.showHeld(request, new Metadata(), deadline(), answered),
    );
  }

  /** The states of an approval as they change; the iterator ends with the final one or throws when the line breaks. */
  awaitApproval(approvalId: string, signal: AbortSignal): AsyncIterable<agentV1.AwaitApprovalResponse> {
    if (!this.#approvals) throw unreachable();
    const stream = this.#approvals.awaitApproval({ approvalId });
    signal.addEventListener(
      'abort',
      () => {
        stream.cancel();
      },
      { once: true },
    );
    return stream as AsyncIterable<agentV1.AwaitApprovalResponse>;
  }

  close(): void {
    this.#closed = true;
    this.#stream?.end();
    this.#watch?.cancel();
    for (const client of this.#clients()) client?.close();
  }
}
