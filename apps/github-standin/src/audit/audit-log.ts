import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Actor } from '../access/actor.js';
import { tokenOf } from '../access/actor.js';
import type { IssuedToken } from '../access/token-store.js';
import { fullName, type Account, type Repository } from '../world/model.js';

/** One entry, with the field names of GitHub's documentation ("Audit log events for your organization"). */
export interface AuditEntry {
  /** Milliseconds since 1970. */
  '@timestamp': number;
  _document_id: string;
  action: string;
  org: string;
  [field: string]: unknown;
}

/** Who did something, and by what request. */
export interface Doer {
  actor: Actor;
  userAgent: string;
  requestId: string;
}

const BUSINESS = { business: 'acme-inc', business_id: 4711 };

/** About 50 MB of entries: as with the request log, a stack may run for days. */
const KEPT = 50_000;

/** GitHub's names, from "Identifying audit log events performed by an access token". */
function accessType({ personal, user }: IssuedToken): string {
  if (personal === 'classic') return 'Personal access token (classic)';
  if (personal === 'fine_grained') return 'Fine-grained personal access token';
  return user ? 'GitHub App user-to-server token' : 'GitHub App server-to-server token';
}

/** `hashed_token` is the SHA-256 of the token in base64, everywhere else we keep it in hex. */
const hashedToken = ({ sha256 }: IssuedToken): string => Buffer.from(sha256, 'hex').toString('base64');

function tokenFields(actor: Actor): Record<string, unknown> {
  const token = tokenOf(actor);
  if (!token) return {};
  return {
    hashed_token: hashedToken(token),
    programmatic_access_type: accessType(token),
    // installation tokens have none: 0, as in recorded events
    token_id: token.personal === null ? 0 : token.id,
    ...(token.personal === 'classic' ? { token_scopes: token.scopes.join(',') } : {}),
  };
}

function actorFields(actor: Actor, bot: Account): Record<string, unknown> {
  const account = actor.kind === 'user' ? actor.account : bot;
  return { actor: account.login, actor_id: account.id, actor_is_bot: account.type === 'Bot' };
}

const repositoryFields = (repository: Repository): Record<string, unknown> => ({
  repo: fullName(repository),
  repo_id: repository.id,
  public_repo: !repository.private,
});

/** What GitHub's audit log of an organisation says: git operations and what changed settings, pulls and people. */
export class AuditLog {
  #entries: AuditEntry[] = [];
  #streamed = 0;

  constructor(private readonly bot: Account) {}

  get entries(): readonly AuditEntry[] {
    return this.#entries;
  }

  /**
   * A git operation. Recorded events of github.com have these fields; there is no ref, no commit and no request id among
   * them.
   */
  git(action: 'git.push' | 'git.fetch' | 'git.clone', doer: Doer, repository: Repository): void {
    this.#add(repository.owner, {
      action,
      ...actorFields(doer.actor, this.bot),
      ...tokenFields(doer.actor),
      repo: fullName(repository),
      repository: fullName(repository),
      repository_public: !repository.private,
      transport_protocol: 1,
      transport_protocol_name: 'http',
      user: '',
      user_id: 0,
      user_agent: doer.userAgent,
      actor_location: { country_code: 'DE' },
    });
  }

  /** Anything else: done by the web or the API. */
  web(action: string, doer: Doer, owner: Account, repository: Repository | undefined): void {
    this.#add(owner, {
      action,
      ...actorFields(doer.actor, this.bot),
      ...tokenFields(doer.actor),
      ...(repository ? repositoryFields(repository) : {}),
      operation_type: operationOf(action),
      created_at: Date.now(),
      user_agent: doer.userAgent,
      request_id: doer.requestId,
    });
  }

  #add(owner: Account, fields: { action: string } & Record<string, unknown>): void {
    this.#entries.push({
      '@timestamp': Date.now(),
      _document_id: randomBytes(16).toString('base64'),
      org: owner.login,
      org_id: owner.id,
      ...BUSINESS,
      ...fields,
    });
    if (this.#entries.length <= KEPT * 1.1) return;
    const dropped = this.#entries.length - KEPT;
    this.#entries = this.#entries.slice(dropped);
    this.#streamed = Math.max(0, this.#streamed - dropped);
  }

  /**
   * Streaming to a bucket: entries that were not streamed yet become one gzip file of JSON lines, named as GitHub names
   * them ("Streaming the audit log"). @param again how many of the last streamed ones are repeated: delivery is at least once
   */
  streamTo(folder: string, again = 0): string | null {
    const entries = this.#entries.slice(Math.max(0, this.#streamed - again));
    this.#streamed = this.#entries.length;
    if (entries.length === 0) return null;
    const [, year = '', month = '', , hour = '', minute = ''] =
      /^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(new Date().toISOString()) ?? [];
    const place = join(folder, year, month, hour, minute);
    mkdirSync(place, { recursive: true });
    const file = join(place, `${randomUUID()}.json.gz`);
    writeFileSync(file, gzipSync(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')));
    return file;
  }
}

const OPERATIONS: readonly [RegExp, string][] = [
  [/\.(create|add_\w+|create_\w+)$/, 'create'],
  [/\.(destroy|remove_\w+|delete)$/, 'remove'],
  [/\.(transfer\w*)$/, 'transfer'],
];

const operationOf = (action: string): string => OPERATIONS.find(([form]) => form.test(action))?.[1] ?? 'modify';

/** An id of an entry as a place in the log; opaque for callers. */
export const cursorOf = ({ '@timestamp': time, _document_id: id }: AuditEntry): string =>
  Buffer.from(`${String(time)}|${id}`).toString('base64url');
