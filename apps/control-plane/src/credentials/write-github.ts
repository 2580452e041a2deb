import { Injectable } from '@nestjs/common';
import { FactsTokens } from './facts-tokens.js';
import type { Installation } from './github-app.js';
import type { GithubAnswer } from './github-http.js';

/** A call of the control plane's own that changes something at GitHub, and those that it needs to know whether it must. */
export interface Writing {
  installation: Installation;
  /** Name without owner: the token is for this repository alone. */
  repository: string;
  /** The least that the call needs; the installation has them all. */
  permissions: Record<string, 'read' | 'write'>;
  method: 'GET' | 'POST' | 'PATCH';
  /** From the root of the API. */
  path: string;
  body?: unknown;
}

/** Writes evidence to GitHub with tokens that are for nothing else and never leave the process. */
@Injectable()
export class WriteGithub {
  constructor(private readonly tokens: FactsTokens) {}

  /** @throws HoldshortError `lease_unavailable`, `github_rate_limited` or `upstream_unreachable`; a status is an answer */
  async call({ installation, repository, permissions, method, path, body }: Writing): Promise<GithubAnswer> {
    const credential = await this.tokens.of(installation, [repository], permissions, 'evidence');
    const answer = await installation.app.http.call(method, path, credential, body);
    if (answer.status === 401) await this.tokens.drop(credential.token);
    return answer;
  }
}

export const mayWrite = ({ permissions }: Installation, name: string): boolean => permissions[name] === 'write';
