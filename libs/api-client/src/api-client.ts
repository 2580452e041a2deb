import { HoldshortError, isReasonCode } from '@holdshort/errors';
import type { AnswerOf, Answers } from './answers.js';
import type { Page } from './answer-types.js';
import type { Calls } from './gen/calls.js';

interface ProblemBody {
  detail?: string;
  title?: string;
  code?: string;
  advice?: string;
  correlation_id?: string;
  /** RFC 8628 3.5, while a device sign-in is under way. */
  error?: string;
}

/** A refusal of the control plane, with the OAuth error of a device sign-in where there is one. */
export class ControlPlaneRefusal extends HoldshortError {
  constructor(
    readonly status: number,
    body: ProblemBody,
  ) {
    const code = body.code !== undefined && isReasonCode(body.code) ? body.code : 'internal_error';
    const advice = body.advice ?? (status === 401 ? 'Sign in with `holdshort login`.' : undefined);
    super(
      code,
      body.detail ?? body.title ?? `The control plane answered ${status}.`,
      advice === undefined ? {} : { advice },
    );
    this.deviceError = body.error;
    this.correlationId = body.correlation_id;
  }
  readonly deviceError: string | undefined;
  /** Under which the control plane's events and log lines of this call are found. */
  readonly correlationId: string | undefined;
}

/** A call that gives no answer in 30 s is a fault: the longest legitimate one takes less than 1 s. */
const TIMEOUT_MS = 30_000;

/** Query values; what is undefined is left out. */
type Query = Record<string, string | number | undefined>;

interface Input {
  path?: Record<string, string>;
  query?: Query | undefined;
  body?: unknown;
}

/** May be left out where the call needs nothing. */
type InputOf<K extends keyof Calls> = object extends Calls[K] ? [input?: Calls[K]] : [input: Calls[K]];

/** Calls that answer a page after the other, with the query parameter that asks for the next. */
type PagedCall = { [K in keyof Answers]: Answers[K] extends Page<unknown> ? K : never }[keyof Answers] & keyof Calls;
type ItemOf<K extends PagedCall> = Answers[K] extends Page<infer T> ? T : never;

/** The HTTP API of the control plane; what a call takes comes from the OpenAPI document, see gen/calls.ts. */
export class ApiClient {
  constructor(
    private readonly baseUrl: string,
    private readonly token?: string,
    /** What a page in a browser sends along with a change: its cookie alone opens nothing. */
    private readonly csrf: () => string | undefined = () => undefined,
  ) {}

  /**
   * @param call method and path below /api/v1, as in the OpenAPI document
   * @throws ControlPlaneRefusal for what the control plane refuses, HoldshortError `control_plane_unreachable`
   */
  async call<K extends keyof Calls>(call: K, ...[input]: InputOf<K>): Promise<AnswerOf<K>> {
    const { path = {}, query = {}, body }: Input = input ?? {};
    const [method = '', template = ''] = call.split(' ');
    const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
    const response = await this.send(method, filled + asText(query), body ?? (method === 'POST' ? {} : undefined));
    const text = await response.text();
    if (!response.ok) throw new ControlPlaneRefusal(response.status, readBody(text));
    return (text === '' ? {} : JSON.parse(text)) as AnswerOf<K>;
  }

  /** All items of a paged list, page after page. */
  async *pages<K extends PagedCall>(
    call: K,
    query: Query,
    cursor: 'cursor' | 'after',
  ): AsyncGenerator<ItemOf<K>, void, undefined> {
    for (let next: string | undefined; ;) {
      const asked = { query: { ...query, ...(next === undefined ? {} : { [cursor]: next }) } };
      const page = (await this.call(call, ...([asked] as unknown as InputOf<K>))) as Page<ItemOf<K>>;
      yield* page.items;
      if (page.next === null) return;
      next = page.next;
    }
  }

  private async send(method: string, path: string, body: unknown): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (this.token !== undefined) headers.authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const csrf = method === 'GET' ? undefined : this.csrf();
    if (csrf !== undefined) headers['x-holdshort-csrf'] = csrf;
    try {
      return await fetch(new URL(`/api/v1${path}`, this.baseUrl), {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw new HoldshortError('control_plane_unreachable', `The control plane at ${this.baseUrl} does not answer.`, {
        advice: 'Check that it runs, and HOLDSHORT_CONTROL_PLANE_URL or the ready file.',
        cause,
      });
    }
  }
}

function asText(query: Query): string {
  const given = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function readBody(text: string): ProblemBody {
  try {
    return JSON.parse(text) as ProblemBody;
  } catch {
    // Something in between answered with a page of its own.
    return {};
  }
}
