import { agentV1 } from '@holdshort/contracts';
import { permissionsOf, type Intent, type Operation } from '@holdshort/github-operations';

/** What counts as the same call (a fetch with its advertisement): who, by which operation, what it would do, to what, with a credential of which permissions. */
export function decisionKey(sessionId: string, operation: Operation): string {
  const permissions = Object.entries(permissionsOf(operation)).sort().join(' ');
  const { surface, id, host } = operation;
  return [
    sessionId,
    operation.class,
    surface,
    id.replace(/-advertisement$/, ''),
    host,
    permissions,
    ...operation.intents.map(intentKey),
  ].join('\n');
}

function intentKey({ action, target }: Intent): string {
  const { owner = '', repo = '', repositoryId = '', nodeId = '', account = false } = target;
  return [action, owner.toLowerCase(), repo.toLowerCase(), repositoryId, nodeId, String(account)].join(' ');
}

interface Entry {
  response: agentV1.DecideResponse;
  since: number;
  until: number;
}

/** Many keys of one session mean a crawl over many repositories; beyond this the oldest go. */
const MAX_ENTRIES = 10_000;

/**
 * Allowed reads and calls to models only, for as long as the decision says. Dropped whole when policy changes; an answer that was under
 * way meanwhile, by the policy before, is used once and not kept.
 */
export class DecisionCache {
  readonly #entries = new Map<string, Entry>();
  readonly #underWay = new Map<string, Promise<agentV1.DecideResponse>>();
  readonly #now: () => number;
  #policyVersion = '';

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get(key: string): agentV1.DecideResponse | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.until > this.#now()) return entry.response;
    this.#entries.delete(key);
    return undefined;
  }

  /** Whether the answer has served for half of its time: in use, it is asked for anew before it ends. */
  isAgeing(key: string): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && this.#now() - entry.since >= (entry.until - entry.since) / 2;
  }

  /** The question that is being asked. */
  underWay(key: string): Promise<unknown> | undefined {
    return this.#underWay.get(key);
  }

  /** Keeps the answer once it is there, before those who wait for it go on. */
  keep(key: string, asked: Promise<agentV1.DecideResponse>): Promise<agentV1.DecideResponse> {
    const kept = asked
      .then((response) => {
        this.put(key, response);
        return response;
      })
      .finally(() => {
        if (this.#underWay.get(key) === kept) this.#underWay.delete(key);
      });
    this.#underWay.set(key, kept);
    return kept;
  }

  /** In place of what was known, also where the answer is one that does not serve again. */
  put(key: string, response: agentV1.DecideResponse): void {
    this.#entries.delete(key);
    if (response.effect !== agentV1.Effect.EFFECT_ALLOW || response.policyVersion !== this.#policyVersion) return;
    const leaseEnds = response.lease ? new Date(response.lease.expiresAt).getTime() - LEASE_MARGIN_MS : Infinity;
    const since = this.#now();
    const until = Math.min(since + response.cacheableSeconds * 1000, leaseEnds);
    if (until <= since) return;
    if (this.#entries.size >= MAX_ENTRIES) this.#dropOldest();
    this.#entries.set(key, { response, since, until });
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  policyActivated(version: string): void {
    if (version === this.#policyVersion) return;
    this.#policyVersion = version;
    this.clear();
  }

  revokeSession(sessionId: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(`${sessionId}\n`)) this.#entries.delete(key);
  }

  revokeLease(leaseId: string): void {
    for (const [key, { response }] of this.#entries) if (response.lease?.id === leaseId) this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  get size(): number {
    return this.#entries.size;
  }
}

/** A lease that ends during a clone would fail it half-way. */
const LEASE_MARGIN_MS = 60_000;
