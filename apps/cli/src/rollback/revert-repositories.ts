import { RevertRepository } from './revert-repository.js';

/** One repository in a temporary folder for each that a rollback works on. */
export class RevertRepositories {
  private readonly opened = new Map<string, Promise<RevertRepository>>();

  /** @param env of a command in the session @param say told where a push waits for approval */
  constructor(
    private readonly env: Record<string, string>,
    private readonly say: (text: string) => void,
  ) {}

  of(repo: string): Promise<RevertRepository> {
    const known = this.opened.get(repo) ?? RevertRepository.open(`https://github.com/${repo}.git`, this.env, this.say);
    this.opened.set(repo, known);
    return known;
  }

  async close(): Promise<void> {
    const made = await Promise.allSettled(this.opened.values());
    for (const one of made) if (one.status === 'fulfilled') await one.value.close();
  }
}
