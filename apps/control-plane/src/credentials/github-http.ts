import { HoldshortError } from '@holdshort/errors';
import { Agent, request } from 'undici';
import type { Clock } from '../clock.js';
import type { GithubAppConfig } from './github-app-settings.js';
import { GithubLimits, type Payer } from './github-limits.js';
import { limitRefusing, readRateHeaders, type RateHeaders } from './rate-headers.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface GithubAnswer {
  status: number;
  body: unknown;
  /** Path and query of `Link: rel="next"`, where there is one. */
  next: string | undefined;
  rate: RateHeaders;
}

/** A token, and whose limit its calls count towards. */
export interface CountedToken {
  token: string;
  /** Bearer where absent. */
  scheme?: 'Basic';
  payer: Payer;
}

/** Minting and facts are small calls; one that takes longer than this is refused, not waited for. */
const TIMEOUT_MS = 10_000;

/** One App's way to GitHub's REST and GraphQL API; no caller input reaches a path unencoded. */
export class GithubHttp {
  private readonly dispatcher: Agent;
  private readonly root: string;
  private readonly limits: GithubLimits;

  constructor({ apiUrl, ca }: Pick<GithubAppConfig, 'apiUrl' | 'ca'>, now: Clock) {
    this.root = apiUrl;
    this.limits = new GithubLimits(now);
    this.dispatcher = new Agent({
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      connect: { timeout: 5_000, ...(ca === undefined ? {} : { ca }) },
    });
  }

  /**
   * @param path from the root, starting with a slash
   * @param credential a bare token's limits are not kept
   * @throws HoldshortError `upstream_unreachable` without an answer, `github_rate_limited` where GitHub wants no more
   * calls for now: then it is not asked again before that has passed; every other status is an answer
   */
  async call(method: Method, path: string, credential: string | CountedToken, body?: unknown): Promise<GithubAnswer> {
    if (typeof credential === 'string') return this.send(method, path, `Bearer ${credential}`, body);
    const { token, payer, scheme = 'Bearer' } = credential;
    const resource = resourceOf(path);
    this.limits.requirePasses(payer, resource);
    const answer = await this.send(method, path, `${scheme} ${token}`, body);
    const kind = limitRefusing(answer.status, answer.body, answer.rate);
    if (kind !== undefined) throw this.limits.refused(payer, resource, kind, answer.rate);
    this.limits.answered(payer, resource, answer.rate);
    return answer;
  }

  async close(): Promise<void> {
    await this.dispatcher.close();
  }

  private async send(method: Method, path: string, authorization: string, body: unknown): Promise<GithubAnswer> {
    try {
      const answer = await request(this.urlOf(path), {
        method,
        dispatcher: this.dispatcher,
        headers: {
          authorization,
          accept: 'application/vnd.github+json',
          'user-agent': 'holdshort-control-plane',
          'x-github-api-version': '2022-11-28',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      return {
        status: answer.statusCode,
        body: parseBody(text),
        next: this.nextPath(answer.headers['link']),
        rate: readRateHeaders(answer.headers),
      };
    } catch (cause) {
      throw new HoldshortError('upstream_unreachable', 'GitHub gave no answer to the control plane.', { cause });
    }
  }

  /** A GitHub Enterprise Server has its REST API below /api/v3 and GraphQL beside it. */
  private urlOf(path: string): string {
    return `${path === '/graphql' ? this.root.replace(/\/v3$/, '') : this.root}${path}`;
  }

  private nextPath(link: string | string[] | undefined): string | undefined {
    const url = /<([^>]+)>;\s*rel="next"/.exec([link].flat().join(','))?.[1];
    return url?.startsWith(`${this.root}/`) ? url.slice(this.root.length) : undefined;
  }
}

/** GitHub counts GraphQL and the rest of its API apart; the control plane searches nothing. */
const resourceOf = (path: string): string => (path === '/graphql' ? 'graphql' : 'core');

/** Not JSON (an HTML page of a proxy, an empty 204) counts as no body. */
function parseBody(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
