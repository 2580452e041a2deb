import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { EventProcess } from '@holdshort/audit-events';
import {
  readModelRequest,
  type ModelAnswer,
  type ModelApi,
  type ModelRequest,
  type Unparsed,
} from '@holdshort/model-traffic';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { CapturedRequest } from './captured-request.js';
import type { SeenExchange } from './model-event.js';
import { WatchedAnswer } from './watched-answer.js';

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** A copy is read of what passes; nothing waits for the reading, and no fault of it reaches the call. */
export class WatchedExchange {
  readonly #api: ModelApi;
  readonly #captured: CapturedRequest;
  readonly #findProcess: () => Promise<EventProcess | undefined>;
  readonly #startedAt: number;
  #request: Promise<ModelRequest | { unparsed: Unparsed }> | undefined;
  #answer: WatchedAnswer | undefined;
  #firstByteMs: number | undefined;

  constructor(api: ModelApi, exchange: Exchange, agent: AgentContext) {
    this.#api = api;
    this.#startedAt = exchange.startedAt;
    this.#captured = new CapturedRequest(agent.captureBudget, single(exchange.request.headers['content-encoding']));
    this.#findProcess = () => agent.evidence.chainOf(exchange.request.socket);
  }

  /** The same bytes, passed on as they come. */
  body(request: Readable): Readable {
    return Readable.from(this.#copied(request), { objectMode: false });
  }

  async *#copied(request: Readable): AsyncIterable<Buffer> {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      this.#captured.push(chunk);
      yield chunk;
    }
    this.#request = this.#readRequest();
  }

  async #readRequest(): Promise<ModelRequest | { unparsed: Unparsed }> {
    const body = await this.#captured.end();
    // the end of the request leaves first
    await new Promise((resolve) => setImmediate(resolve));
    // looked for while the model thinks: who asked is there, and the request has not waited
    void this.#findProcess();
    return typeof body === 'string' ? readModelRequest(this.#api, body) : body;
  }

  started(headers: IncomingHttpHeaders): void {
    this.#answer = new WatchedAnswer(
      this.#api,
      single(headers['content-type']) ?? '',
      single(headers['content-encoding']),
    );
  }

  data(chunk: Buffer): void {
    this.#firstByteMs ??= Math.round(performance.now() - this.#startedAt);
    this.#answer?.push(chunk);
  }

  /** Whether the answer has said that nothing more of it comes. To be asked once the exchange is over. */
  async wasHeardOut(): Promise<boolean> {
    return (await this.#answer?.end().catch(() => undefined))?.complete ?? false;
  }

  /** What was seen, once the exchange is over. */
  async end(): Promise<Omit<SeenExchange, 'results' | 'withDigests' | 'kept'>> {
    const durationMs = Math.round(performance.now() - this.#startedAt);
    const [request, answer, process] = await Promise.all([
      this.#request?.catch(() => undefined) ?? this.#captured.end().then(() => undefined),
      this.#answer?.end().catch((): ModelAnswer | undefined => undefined),
      this.#findProcess(),
    ]);
    return {
      api: this.#api,
      request: request ?? { unparsed: 'failed' },
      answer,
      firstByteMs: this.#firstByteMs,
      durationMs,
      process,
    };
  }
}
