import type { Installation } from '../credentials/github-app.js';
import type { GithubAnswer } from '../credentials/github-http.js';
import type { WriteGithub, Writing } from '../credentials/write-github.js';
import { requireStatus } from './evidence-fault.js';

/** One repository, and what of an App's permissions there a piece of work takes. */
export class RepositoryPlace {
  private readonly root: string;

  // eslint-disable-next-line max-params -- what it takes to make one kind of call at one place
  constructor(
    private readonly github: WriteGithub,
    readonly installation: Installation,
    owner: string,
    private readonly name: string,
    private readonly permissions: Writing['permissions'],
  ) {
    this.root = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  }

  /** @param path below the repository */
  call(method: Writing['method'], path: string, body?: unknown): Promise<GithubAnswer> {
    const { installation, name: repository, permissions } = this;
    return this.github.call({ installation, repository, permissions, method, path: `${this.root}${path}`, body });
  }

  /** All items of a list of several pages, as far as it is read. @param items of one page's body */
  async *list(path: string, items: (body: unknown) => unknown): AsyncGenerator<unknown, void, undefined> {
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const joint = path.includes('?') ? '&' : '?';
      const { status, body } = await this.call('GET', `${path}${joint}per_page=100&page=${String(page)}`);
      requireStatus('see what it has written', status, 200);
      const found = items(body);
      if (!Array.isArray(found)) return;
      yield* found as unknown[];
      if (found.length < 100) return;
    }
  }
}

const MAX_PAGES = 10;
