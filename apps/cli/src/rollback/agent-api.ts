import { setTimeout as delay } from 'node:timers/promises';
import { HoldshortError, isReasonCode, type ReasonCode } from '@holdshort/errors';

/** A write may be held for a while by the agent itself before it is answered; a read takes seconds at most. */
const TIMEOUT_MS = 120_000;
const AGAIN_MS = 2_000;

interface Refusal {
  code?: string;
  approval_url?: string;
}

interface ApiBody {
  message?: string;
  holdshort?: Refusal;
  data?: unknown;
  errors?: { message: string; type?: string; extensions?: Refusal }[];
}

export interface AgentApiOptions {
  /** Of the workspace's agent. */
  endpoint: string;
  credential: string;
  /** How long a held call is repeated until somebody has answered. */
  waitMs: number;
  /** Told once for each held call. */
  say: (text: string) => void;
}

/** GitHub's API as the workspace's agent serves it: each call is one of the session, decided, held and recorded. */
export class AgentApi {
  constructor(private readonly options: AgentApiOptions) {}

  /** Undefined where GitHub has no such thing. @throws HoldshortError what the agent or GitHub refuses */
  async get(path: string): Promise<unknown> {
    const { status, body } = await this.ask('GET', `/api/v3${path}`);
    if (status === 404) return undefined;
    return checked(status, body);
  }

  /** @throws HoldshortError as `get`; `not_found` too */
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<unknown> {
    return this.untilAnswered(async () => {
      const answer = await this.ask(method, `/api/v3${path}`, body);
      return checked(answer.status, answer.body);
    });
  }

  /** @returns `data`. @throws HoldshortError for the first of `errors` */
  graphql(query: string, variables: object): Promise<unknown> {
    return this.untilAnswered(async () => {
      const { status, body } = await this.ask('POST', '/api/graphql', { query, variables });
      const [error] = body.errors ?? [];
      if (error) throw refusal(error.extensions, error.message);
      return (checked(status, body) as ApiBody).data;
    });
  }

  /** An approval is for exactly this call, which goes through when it is repeated. */
  private async untilAnswered(call: () => Promise<unknown>): Promise<unknown> {
    const deadline = Date.now() + this.options.waitMs;
    for (let told = false; ;) {
      try {
        return await call();
      } catch (thrown) {
        const isHeld = thrown instanceof HoldshortError && thrown.code === 'approval_required';
        if (!isHeld || Date.now() > deadline) throw thrown;
        if (!told) this.options.say(thrown.message);
        told = true;
        await delay(AGAIN_MS);
      }
    }
  }

  private async ask(method: string, path: string, body?: object): Promise<{ status: number; body: ApiBody }> {
    const { endpoint, credential } = this.options;
    const headers = {
      authorization: `Bearer ${credential}`,
      accept: 'application/vnd.github+json',
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    try {
      const answer = await fetch(`${endpoint}${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as ApiBody) };
    } catch (cause) {
      throw new HoldshortError('upstream_unreachable', `The agent gave no answer to ${method} ${path}.`, { cause });
    }
  }
}

function checked(status: number, body: ApiBody): unknown {
  if (status < 300) return body;
  throw refusal(body.holdshort, body.message ?? `GitHub answered ${status}.`);
}

/** What the agent refused has its reason; everything else is GitHub's own answer. */
function refusal(ours: Refusal | undefined, message: string): HoldshortError {
  const code: ReasonCode = ours?.code !== undefined && isReasonCode(ours.code) ? ours.code : 'upstream_refused';
  return new HoldshortError(code, message);
}
