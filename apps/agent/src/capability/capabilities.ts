import { randomBytes } from 'node:crypto';
import type { LfsObject, Operation } from '@holdshort/github-operations';

/** What one local address stands for. Kept in memory only: `target` and `headers` are credentials. */
export interface Capability {
  readonly sessionId: string;
  /** GET stands for HEAD as well. */
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Signed; its query is never shown, logged or recorded. */
  readonly target: URL;
  /** What the answer that brought the address asked to be sent with it, e.g. LFS's `header`. */
  readonly headers: Readonly<Record<string, string>>;
  /** What following it does: the intents of the call that led here. */
  readonly operation: Pick<Operation, 'surface' | 'id' | 'intents'>;
  /** The LFS object that must pass, and nothing else. */
  readonly object?: LfsObject;
}

/** As long as GitHub's own addresses of release assets (5 min); LFS clients ask again when it is over. */
export const CAPABILITY_SECONDS = 300;
/** A clone with LFS asks for 100 at a time; this bounds memory to a few MB. */
const MAX_ENTRIES = 10_000;

/** Long enough for the next question of a client that tries again at once, short enough for one who has mended the file. */
const REFUSAL_SECONDS = 30;

/** Local addresses in force, by a random name of 256 bits. */
export class Capabilities {
  readonly #entries = new Map<string, { capability: Capability; until: number }>();
  readonly #refusals = new Map<string, { words: string; until: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @returns the random name under which the capability is found for CAPABILITY_SECONDS */
  issue(capability: Capability): string {
    this.#forgetOld();
    const id = randomBytes(32).toString('base64url');
    this.#entries.set(id, { capability, until: this.#now() + CAPABILITY_SECONDS * 1000 });
    return id;
  }

  /** Undefined for a name that was never given, is over, or was given to another session. */
  find(id: string, sessionId: string): Capability | undefined {
    const entry = this.#entries.get(id);
    if (!entry || entry.until <= this.#now() || entry.capability.sessionId !== sessionId) return undefined;
    return entry.capability;
  }

  /** An upload was refused for what it holds: the next batch of the session says so, and its client stops asking. */
  refuse({ sessionId, object }: Capability, words: string): void {
    if (!object) return;
    this.#refusals.set(`${sessionId} ${object.oid}`, { words, until: this.#now() + REFUSAL_SECONDS * 1000 });
    for (const [key, { until }] of this.#refusals) if (until <= this.#now()) this.#refusals.delete(key);
  }

  /** Why the session's upload of the object was refused a moment ago. */
  refusalOf(sessionId: string, oid: string): string | undefined {
    const refusal = this.#refusals.get(`${sessionId} ${oid}`);
    return refusal && refusal.until > this.#now() ? refusal.words : undefined;
  }

  /** All live equally long, so the oldest stand first. */
  #forgetOld(): void {
    for (const [id, { until }] of this.#entries) {
      if (until > this.#now() && this.#entries.size < MAX_ENTRIES) return;
      this.#entries.delete(id);
    }
  }

  get size(): number {
    return this.#entries.size;
  }
}
