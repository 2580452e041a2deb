import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { AskGithub } from './ask-github.js';
import { GithubApps } from './github-apps.js';
import { isRecord } from './json-shape.js';
import { nameAt } from './site-name.js';

/** A place at GitHub that a held call would change: a ref (fully qualified), or the head of a pull request. */
export interface Place {
  site: string;
  owner: string;
  repo: string;
  ref?: string;
  pull?: number;
}

/** What stands for "there is no such ref", as in git's own protocol. */
export const NO_COMMIT = '0'.repeat(40);

export const placeName = ({ site, owner, repo, ref, pull }: Place): string =>
  `${nameAt(site, `${owner}/${repo}`)} ${ref ?? `pull/${String(pull)}`}`;

/** Where refs and pull requests stand at GitHub right now; never from a cache, since an approval hangs on it. */
@Injectable()
export class RefStates {
  constructor(
    private readonly apps: GithubApps,
    private readonly github: AskGithub,
  ) {}

  /** @returns the commit id by `placeName`. @throws HoldshortError `target_unresolved` where GitHub does not say it */
  async of(places: readonly Place[]): Promise<Record<string, string>> {
    const distinct = new Map(places.map((place) => [placeName(place), place]));
    const states = await Promise.all(
      [...distinct].map(async ([name, place]) => [name, await this.commitOf(place)] as const),
    );
    return Object.fromEntries(states);
  }

  private async commitOf(place: Place): Promise<string> {
    const { site, owner, repo } = place;
    const installation = await this.apps.installationOfRepository(site, owner, repo);
    const answer = await this.github.ask({
      installation,
      repositories: [repo],
      permissions: { contents: 'read', pull_requests: 'read' },
      path: pathOf(place),
    });
    if (answer.status === 404 && place.ref !== undefined) return NO_COMMIT;
    const body = isRecord(answer.body) ? answer.body : {};
    const holder = place.ref === undefined ? body['head'] : body['object'];
    const id = isRecord(holder) ? holder['sha'] : undefined;
    if (answer.status === 200 && typeof id === 'string') return id;
    throw new HoldshortError('target_unresolved', `GitHub did not say where ${placeName(place)} stands now.`);
  }
}

function pathOf({ owner, repo, ref, pull }: Place): string {
  const base = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;
  if (ref === undefined) return `${base}/pulls/${String(pull)}`;
  const name = ref
    .replace(/^refs\//, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return `${base}/git/ref/${name}`;
}
