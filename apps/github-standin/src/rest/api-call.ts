import { permissionsOn, tokenOf, type Actor } from '../access/actor.js';
import { covers } from '../access/permissions.js';
import { readBody, type Exchange } from '../http/exchange.js';
import { GitHubError, notFound, unprocessable } from '../http/github-error.js';
import type { Account, Repository } from '../world/model.js';
import type { World } from '../world/world.js';

export type JsonObject = Record<string, unknown>;

export interface Reply {
  status: number;
  /** JSON, or text or bytes as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

export const ok = (body: unknown, headers?: Record<string, string>): Reply => ({ status: 200, body, headers });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const noContent = (): Reply => ({ status: 204 });

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Addresses of GitHub's sites as the caller knows them. */
export interface Links {
  api: string;
  web: string;
}

export interface CallParts {
  world: World;
  exchange: Exchange;
  actor: Actor;
  /** Parameters of the path, decoded. */
  params: Record<string, string>;
  /** The repository that the path names, where it exists. */
  found: Repository | undefined;
  /** What stands before the path of the interface, as `/api/v3`. */
  prefix: string;
}

/** One REST or GraphQL call: who, what, on which repository. */
export class ApiCall {
  readonly links: Links;
  readonly world: World;
  readonly exchange: Exchange;
  readonly actor: Actor;
  readonly params: Record<string, string>;
  readonly found: Repository | undefined;
  #body: JsonObject | null = null;

  constructor(parts: CallParts) {
    const { exchange, prefix } = parts;
    this.world = parts.world;
    this.exchange = exchange;
    this.actor = parts.actor;
    this.params = parts.params;
    this.found = parts.found;
    const uploads = exchange.host === 'uploads.github.com';
    const site = uploads ? 'https://api.github.com' : `https://${exchange.req.headers.host ?? ''}`;
    const real = uploads || exchange.host === 'api.github.com';
    this.links = { api: `${site}${prefix}`, web: real ? 'https://github.com' : site };
  }

  /** @throws GitHubError 404 on routes without a repository */
  get repository(): Repository {
    if (!this.found) throw notFound();
    return this.found;
  }

  /** Whose doing the call is: a person's, or the App's. */
  get account(): Account {
    return this.actor.kind === 'user' ? this.actor.account : this.world.bot;
  }

  get query(): URLSearchParams {
    return this.exchange.url.searchParams;
  }

  param(name: string): string {
    return this.params[name] ?? '';
  }

  /** @throws GitHubError 404 for what is not a number */
  number(name: string): number {
    const value = Number(this.param(name));
    if (!Number.isSafeInteger(value)) throw notFound();
    return value;
  }

  accepts(type: string): boolean {
    return (this.exchange.req.headers.accept ?? '').includes(type);
  }

  /** Whether the caller's token has `needed` on the repository of the call. */
  has(needed: string): boolean {
    const token = tokenOf(this.actor);
    return token !== null && this.found !== undefined && covers(permissionsOn(token, this.found), needed);
  }

  /** @throws GitHubError 400 for what is not a JSON object */
  async body(): Promise<JsonObject> {
    if (this.#body) return this.#body;
    const text = (await readBody(this.exchange.req)).toString('utf8');
    let parsed: unknown;
    try {
      parsed = text === '' ? {} : JSON.parse(text);
    } catch {
      throw new GitHubError(400, 'Problems parsing JSON');
    }
    if (!isObject(parsed)) throw new GitHubError(400, 'Body should be a JSON object');
    this.#body = parsed;
    return parsed;
  }
}

/** A text of the body. @throws GitHubError 422 where it is missing */
export function requiredText(body: JsonObject, field: string, resource: string): string {
  const value = body[field];
  if (typeof value === 'string' && value !== '') return value;
  throw unprocessable('Validation Failed', [{ resource, field, code: 'missing_field' }]);
}

export function optionalText(body: JsonObject, field: string): string | undefined {
  const value = body[field];
  return typeof value === 'string' ? value : undefined;
}

export function objectField(body: JsonObject, field: string): JsonObject {
  const value = body[field];
  return isObject(value) ? value : {};
}

export function textList(body: JsonObject, field: string): string[] | undefined {
  const value = body[field];
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : undefined;
}
