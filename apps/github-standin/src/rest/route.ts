import type { ApiCall, Reply } from './api-call.js';

export type Handler = (call: ApiCall) => Reply | Promise<Reply>;

/**
 * Who may call: `none` anybody, `app` the App by its JWT, `client` the App by its client id and secret,
 * `installation` any token, else one of these permissions on the repository (`contents:read`).
 */
export type Needs = 'none' | 'app' | 'client' | 'installation' | readonly string[];

export interface Route {
  method: string;
  /** As in GitHub's OpenAPI document; `{+x}` spans slashes. */
  template: string;
  needs: Needs;
  handler: Handler;
}

interface CompiledRoute extends Route {
  pattern: RegExp;
  names: string[];
}

/** `route('GET /repos/{owner}/{repo}', ['metadata:read'], getRepository)` */
export function route(call: string, needs: Needs, handler: Handler): Route {
  const [method = '', template = ''] = call.split(' ');
  return { method, template, needs, handler };
}

function compile(entry: Route): CompiledRoute {
  const names: string[] = [];
  const source = entry.template
    .replaceAll(/[.()]/g, '\\$&')
    .replaceAll(/\{(\+?)(\w+)\}/g, (_all, plus: string, name: string) => {
      names.push(name);
      return plus === '' ? '([^/]+)' : '(.*)';
    });
  return { ...entry, names, pattern: new RegExp(`^${source}/?$`) };
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** The first route of the table that fits; more special ones stand before more general ones. */
export class Router {
  readonly #routes: CompiledRoute[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map(compile);
  }

  find(method: string, pathname: string): Match | null {
    const wanted = method === 'HEAD' ? 'GET' : method;
    for (const entry of this.#routes) {
      const match = entry.method === wanted ? entry.pattern.exec(pathname) : null;
      if (!match) continue;
      const params = entry.names.map((name, index): [string, string] => [
        name,
        decodeURIComponent(match[index + 1] ?? ''),
      ]);
      return { route: entry, params: Object.fromEntries(params) };
    }
    return null;
  }
}
