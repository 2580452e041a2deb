import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { FactsTokens } from './facts-tokens.js';
import { GithubApp } from './github-app.js';
import { GithubHttp } from './github-http.js';
import { isRecord } from './json-shape.js';

/** Which branches a pull request joins. */
export interface PullFacts {
  /** Fully qualified, in the repository that was asked. */
  baseRef: string;
  /** Fully qualified, in `head`. */
  headRef: string;
  /** The repository of the head: another one for a pull request from a fork. */
  head: { owner: string; name: string };
}

const unresolved = (number: number): HoldshortError =>
  new HoldshortError(
    'target_unresolved',
    `GitHub did not say which branches pull request ${String(number)} is about, so nothing can be decided about it.`,
  );

/**
 * Asked anew for each decision: the base of a pull request can be changed at any time, and a remembered one would let
 * a merge be judged by the branch that it no longer goes to.
 */
@Injectable()
export class PullFactsService {
  constructor(
    private readonly http: GithubHttp,
    private readonly app: GithubApp,
    private readonly tokens: FactsTokens,
  ) {}

  /** @throws HoldshortError `target_unresolved` or `lease_unavailable`; both mean refuse */
  async of(owner: string, name: string, number: number): Promise<PullFacts> {
    const installation = await this.app.installationOfRepository(owner, name);
    const token = await this.tokens.of(installation, [name], { metadata: 'read', pull_requests: 'read' });
    const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/pulls/${String(number)}`;
    const { status, body } = await this.http.call('GET', path, token);
    if (status === 401) await this.tokens.drop(token);
    const facts = status === 200 ? readPull(body) : undefined;
    if (!facts) throw unresolved(number);
    return facts;
  }
}

/** A side whose repository was deleted has none; its branch cannot be judged. */
function readPull(body: unknown): PullFacts | undefined {
  const base = sideOf(body, 'base');
  const head = sideOf(body, 'head');
  return base && head && { baseRef: base.ref, headRef: head.ref, head: { owner: head.owner, name: head.name } };
}

function sideOf(body: unknown, side: 'base' | 'head'): { ref: string; owner: string; name: string } | undefined {
  const branch = isRecord(body) ? body[side] : undefined;
  if (!isRecord(branch) || typeof branch['ref'] !== 'string' || !isRecord(branch['repo'])) return undefined;
  const [owner = '', name = ''] = String(branch['repo']['full_name']).split('/');
  return owner && name ? { ref: `refs/heads/${branch['ref']}`, owner, name } : undefined;
}
