import { DEV_USERS } from '@holdshort/dev-services';
import { AccessTokensService } from '../auth/access-tokens.service.js';
import type { Replica } from './test-world.js';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

/** One person (or launcher) at the HTTP API. */
export class Person {
  constructor(
    private readonly url: string,
    readonly token: string | undefined,
  ) {}

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
      headers: answer.headers,
    };
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.call('POST', path, body);
  }
}

/** One of the embedded stack's people with a valid token, without the way through the provider's pages. */
export async function signedIn(replica: Replica, login: string): Promise<Person> {
  const user = DEV_USERS.find((entry) => entry.login === login);
  if (!user) throw new Error(`no user ${login}`);
  const identity = {
    sub: `dev-${login}`,
    login,
    email: `${login}@example.test`,
    idp: replica.parts.settings.oidcIssuer,
    groups: user.groups,
  };
  const { token } = await replica.server.app.get(AccessTokensService).issue(identity);
  return new Person(replica.server.httpUrl, token);
}

export const anonymous = (replica: Replica): Person => new Person(replica.server.httpUrl, undefined);
export const launcher = (replica: Replica): Person => new Person(replica.server.httpUrl, 'launcher-secret');
