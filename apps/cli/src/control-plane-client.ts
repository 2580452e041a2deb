import { HoldshortError, isReasonCode } from '@holdshort/errors';
import type { Page } from './api-types.js';

interface ProblemBody {
  detail?: string;
  title?: string;
  code?: string;
  advice?: string;
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
  }
  readonly deviceError: string | undefined;
}

/** A call that gives no answer in 30 s is a fault: the longest legitimate one takes less than 1 s. */
const TIMEOUT_MS = 30_000;

/** Query values; what is undefined is left out. */
export type Query = Record<string, string | number | undefined>;

export class ControlPlaneClient {
  constructor(
    private readonly baseUrl: string,
    private readonly token?: string,
  ) {}

  get<T>(path: string, query: Query = {}): Promise<T> {
    const given = Object.entries(query).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, String(value)]],
    );
    const text = new URLSearchParams(given).toString();
    return this.call<T>('GET', text === '' ? path : `${path}?${text}`);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.call<T>('DELETE', path);
  }

  /** All items of a paged list, page after page. `cursor` is the name of the query parameter. */
  async *pages<T>(path: string, query: Query, cursor: 'cursor' | 'after'): AsyncGenerator<T> {
    for (let next: string | undefined; ;) {
      const page = await this.get<Page<T>>(path, { ...query, ...(next === undefined ? {} : { [cursor]: next }) });
      yield* page.items;
      if (page.next === null) return;
      next = page.next;
    }
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new ControlPlaneRefusal(response.status, readBody(text));
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  private async send(method: string, path: string, body: unknown): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (this.token !== undefined) headers.authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
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

function readBody(text: string): ProblemBody {
  try {
    return JSON.parse(text) as ProblemBody;
  } catch {
    // Something in between answered with a page of its own.
    return {};
  }
}
