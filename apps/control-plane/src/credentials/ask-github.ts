import { Injectable } from '@nestjs/common';
import { FactsTokens } from './facts-tokens.js';
import type { Installation } from './github-app.js';
import type { GithubAnswer } from './github-http.js';

/** A question about repositories, for the control plane's own decisions. */
export interface Question {
  installation: Installation;
  /** Names without owner; empty for one that is about none in particular. */
  repositories: readonly string[];
  /** Read only; what the installation lacks is left out. */
  permissions: Record<string, 'read'>;
  /** From the root of the API. */
  path: string;
  /** Set: the question is a POST. */
  body?: unknown;
}

/** Asks GitHub for facts with the control plane's own read tokens, each installation by its own App. */
@Injectable()
export class AskGithub {
  constructor(private readonly tokens: FactsTokens) {}

  /** @throws HoldshortError `lease_unavailable`, `github_rate_limited` or `upstream_unreachable`; a status is an answer */
  async ask({ installation, repositories, permissions, path, body }: Question): Promise<GithubAnswer> {
    const credential = await this.tokens.of(installation, repositories, permissions);
    const answer = await installation.app.http.call(body === undefined ? 'GET' : 'POST', path, credential, body);
    if (answer.status === 401) await this.tokens.drop(credential.token);
    return answer;
  }
}
