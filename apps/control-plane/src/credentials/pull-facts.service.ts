import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { AskGithub } from './ask-github.js';
import { GithubApps } from './github-apps.js';
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
    private readonly apps: GithubApps,
    private readonly github: AskGithub,
  ) {}

  /** @throws HoldshortError `target_unresolved` or `lease_unavailable`; both mean refuse */
  async of(site: string, owner: string, name: string, number: number): Promise<PullFacts> {
    const installation = await this.apps.installationOfRepository(site, owner, name);
    const { status, body } = await this.github.ask({
      installation,
      repositories: [name],
      permissions: { metadata: 'read', pull_requests: 'read' },
      path: `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/pulls/${String(number)}`,
    });
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
