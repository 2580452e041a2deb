import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { FactsTokens } from './facts-tokens.js';
import { GithubApp } from './github-app.js';
import { GithubHttp } from './github-http.js';
import { isRecord } from './json-shape.js';

/** A place at GitHub that a held call would change: a ref (fully qualified), or the head of a pull request. */
export interface Place {
  owner: string;
  repo: string;
  ref?: string;
  pull?: number;
}

/** What stands for "there is no such ref", as in git's own protocol. */
export const NO_COMMIT = '0'.repeat(40);

export const placeName = ({ owner, repo, ref, pull }: Place): string =>
  `${owner}/${repo} ${ref ?? `pull/${String(pull)}`}`;

/** Where refs and pull requests stand at GitHub right now; never from a cache, since an approval hangs on it. */
@Injectable()
export class RefStates {
  constructor(
    private readonly app: GithubApp,
    private readonly tokens: FactsTokens,
    private readonly http: GithubHttp,
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
    const { owner, repo } = place;
    const installation = await this.app.installationOfRepository(owner, repo);
    const token = await this.tokens.of(installation, [repo], { contents: 'read', pull_requests: 'read' });
    const answer = await this.http.call('GET', pathOf(place), token);
    if (answer.status === 401) await this.tokens.drop(token);
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
