import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { Agent, request } from 'undici';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';

export interface GithubAnswer {
  status: number;
  body: unknown;
  /** Path and query of `Link: rel="next"`, where there is one. */
  next: string | undefined;
}

/** Minting and facts are small calls; one that takes longer than this is refused, not waited for. */
const TIMEOUT_MS = 10_000;

/** GitHub's REST and GraphQL API as the control plane uses it; no caller input reaches a path unencoded. */
@Injectable()
export class GithubHttp implements OnApplicationShutdown {
  private readonly dispatcher: Agent;
  private readonly root: string;

  constructor(@Inject(SETTINGS) settings: ControlPlaneSettings) {
    this.root = settings.githubApiUrl.replace(/\/+$/, '');
    this.dispatcher = new Agent({
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      connect: { timeout: 5_000, ...(settings.githubCa === undefined ? {} : { ca: settings.githubCa }) },
    });
  }

  /**
   * @param path from the root, starting with a slash
   * @throws HoldshortError `upstream_unreachable` without an answer; every status is an answer
   */
  async call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    token: string,
    body?: unknown,
  ): Promise<GithubAnswer> {
    try {
      const answer = await request(`${this.root}${path}`, {
        method,
        dispatcher: this.dispatcher,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/vnd.github+json',
          'user-agent': 'holdshort-control-plane',
          'x-github-api-version': '2022-11-28',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, body: parseBody(text), next: this.nextPath(answer.headers['link']) };
    } catch (cause) {
      throw new HoldshortError('upstream_unreachable', 'GitHub gave no answer to the control plane.', { cause });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dispatcher.close();
  }

  private nextPath(link: string | string[] | undefined): string | undefined {
    const url = /<([^>]+)>;\s*rel="next"/.exec([link].flat().join(','))?.[1];
    return url?.startsWith(`${this.root}/`) ? url.slice(this.root.length) : undefined;
  }
}

/** Not JSON (an HTML page of a proxy, an empty 204) counts as no body. */
function parseBody(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
