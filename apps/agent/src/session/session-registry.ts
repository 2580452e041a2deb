import { createHash } from 'node:crypto';
import type { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';

/** What a session credential looks like: local to the agent, worthless at GitHub. */
const CREDENTIAL = /^ghu_holdshort_[A-Za-z0-9]{16,128}$/;

export const isSessionCredential = (text: string): boolean => CREDENTIAL.test(text);

export interface Session {
  id: string;
  human: { sub: string; login: string; email: string; idp: string };
  /** Empty for a person's own session. */
  assistant: string;
  isHuman: boolean;
  expiresAt: number;
  workspace: string;
  /** off, digest, redacted or full: what may be kept of prompts. */
  promptKeeping: string;
}

export interface SessionRegistryOptions {
  resolve: (credentialSha256: string) => Promise<agentV1.Session>;
  /** A resolved session is asked for again after this; its end arrives sooner by Watch. */
  ttlMs?: number;
  now?: () => number;
}

const RESOLVE_AGAIN_MS = 60_000;
/** An unknown credential is remembered shortly, so that a client in a loop does not become load elsewhere. */
const UNKNOWN_MS = 2_000;

interface Entry {
  session: Promise<Session>;
  until: number;
}

/** Sessions by the SHA-256 of their credential; the credential itself is never kept. */
export class SessionRegistry {
  readonly #options: Required<SessionRegistryOptions>;
  readonly #entries = new Map<string, Entry>();

  constructor(options: SessionRegistryOptions) {
    this.#options = { ttlMs: RESOLVE_AGAIN_MS, now: Date.now, ...options };
  }

  /** @throws HoldshortError `session_unknown`, `session_ended`, `control_plane_unreachable` */
  async find(credential: string): Promise<Session> {
    const sha256 = createHash('sha256').update(credential).digest('hex');
    const known = this.#entries.get(sha256);
    const now = this.#options.now();
    const entry = known && known.until > now ? known : this.#ask(sha256);
    const session = await entry.session;
    if (session.expiresAt <= now) throw ended();
    return session;
  }

  #ask(sha256: string): Entry {
    const entry: Entry = {
      session: this.#options.resolve(sha256).then(fromWire),
      until: this.#options.now() + this.#options.ttlMs,
    };
    this.#entries.set(sha256, entry);
    entry.session.catch((error: unknown) => {
      const unknown = error instanceof HoldshortError && error.code === 'session_unknown';
      if (unknown) entry.until = this.#options.now() + UNKNOWN_MS;
      else if (this.#entries.get(sha256) === entry) this.#entries.delete(sha256);
    });
    return entry;
  }

  /** Forgets a session, so that its next call is asked for again and refused. */
  async revoke(sessionId: string): Promise<void> {
    for (const [sha256, entry] of this.#entries) {
      const session = await entry.session.catch(() => undefined);
      if (session?.id === sessionId) this.#entries.delete(sha256);
    }
  }

  clear(): void {
    this.#entries.clear();
  }
}

const ended = (): HoldshortError =>
  new HoldshortError('session_ended', 'The Holdshort session of this call has ended.', {
    advice: 'Start a new one: holdshort run -- COMMAND',
  });

function fromWire(wire: agentV1.Session): Session {
  const human = wire.human ?? { sub: '', login: '', email: '', idp: '', groups: [] };
  if (wire.id === '' || human.sub === '')
    throw new HoldshortError('session_unknown', 'The session has no accountable person.');
  return {
    id: wire.id,
    human: { sub: human.sub, login: human.login, email: human.email, idp: human.idp },
    assistant: wire.assistant,
    isHuman: wire.isHuman,
    expiresAt: new Date(wire.expiresAt).getTime(),
    workspace: wire.workspace,
    promptKeeping: wire.promptKeeping || 'digest',
  };
}
