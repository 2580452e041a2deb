import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldshortError } from '@holdshort/errors';
import type { Segment } from './rollback-plan.js';

/** A held push waits for people, by default ten minutes. */
const TIMEOUT_MS = 900_000;
const MAX_OUTPUT = 16 << 20;

export interface Reverting {
  /** The commit that is built on. */
  tip: string;
  segments: readonly Segment[];
}

/** The tree without what the session did, or the files in which others changed the same places. */
export type Reverted = { tree: string; changes: boolean } | { conflicts: string[] };

export interface Author {
  name: string;
  email: string;
}

interface Ran {
  code: number;
  out: string;
  err: string;
}

/**
 * A repository in a temporary folder, of which git fetches trees of the commits that it works on, and file contents when
 * a merge needs them. Everything goes through the agent: the environment is that of a command in the session.
 */
export class RevertRepository {
  private constructor(
    private readonly dir: string,
    private readonly env: Record<string, string>,
    private readonly say: (text: string) => void,
  ) {}

  /**
   * @param remote address of the repository
   * @param env of a command in the session
   * @param say told where a push waits for approval
   */
  static async open(
    remote: string,
    env: Record<string, string>,
    say: (text: string) => void,
  ): Promise<RevertRepository> {
    const dir = await mkdtemp(join(tmpdir(), 'holdshort-rollback-'));
    const made = new RevertRepository(dir, env, say);
    await made.git(['init', '--quiet', '--bare', '.']);
    await made.git(['remote', 'add', 'origin', remote]);
    await made.git(['config', 'remote.origin.promisor', 'true']);
    await made.git(['config', 'remote.origin.partialclonefilter', 'blob:none']);
    return made;
  }

  async close(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Takes each segment back from the tip, the newest first, by a merge of three trees. Nothing is written at GitHub. */
  async revert({ tip, segments }: Reverting): Promise<Reverted> {
    const ids = [...new Set([tip, ...segments.flatMap((segment) => [segment.old, segment.new])])];
    await this.git(['fetch', '--quiet', '--no-tags', '--depth=1', '--filter=blob:none', 'origin', ...ids]);
    const before = await this.treeOf(tip);
    let tree = before;
    for (const segment of segments.toReversed()) {
      const merged = await this.mergedTree(tree, segment);
      if ('conflicts' in merged) return merged;
      tree = merged.tree;
    }
    return { tree, changes: tree !== before };
  }

  /**
   * `git merge-tree` before 2.40 takes no merge base: two passing commits with a common parent stand for the sides.
   * Between the end of the segment and its beginning lies what the session did, the other way round.
   */
  private async mergedTree(tree: string, segment: Segment): Promise<{ tree: string } | { conflicts: string[] }> {
    const base = await this.commit({ tree: await this.treeOf(segment.new), parents: [], message: 'base' });
    const ours = await this.commit({ tree, parents: [base], message: 'now' });
    const theirs = await this.commit({ tree: await this.treeOf(segment.old), parents: [base], message: 'before' });
    const ran = await this.run(['merge-tree', '--write-tree', '--name-only', '--no-messages', ours, theirs]);
    const [id = '', ...conflicts] = ran.out.split('\n').filter((line) => line !== '');
    if (ran.code === 0) return { tree: id };
    if (ran.code === 1) return { conflicts };
    throw failed('merge-tree', ran);
  }

  async commit(
    made: { tree: string; parents: readonly string[]; message: string },
    author: Author = { name: 'holdshort', email: 'holdshort@localhost' },
  ): Promise<string> {
    const by = {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
    };
    const parents = made.parents.flatMap((parent) => ['-p', parent]);
    return this.git(['commit-tree', made.tree, ...parents, '-m', made.message], by);
  }

  /** Pushes the commit as a new branch; refused where there is one. */
  async pushNew(commit: string, branch: string): Promise<void> {
    const ref = `refs/heads/${branch}`;
    await this.git(['push', '--quiet', `--force-with-lease=${ref}:`, 'origin', `${commit}:${ref}`]);
  }

  /** The first words of a hold name the address at which it is answered; its progress afterwards does not. */
  private tellHold(text: string): void {
    const waiting = /holdshort: (waiting for .*https?:\/\/\S+)/.exec(text)?.[1];
    if (waiting !== undefined) this.say(waiting);
  }

  private treeOf(commit: string): Promise<string> {
    return this.git(['rev-parse', `${commit}^{tree}`]);
  }

  /** @throws HoldshortError `upstream_refused` with what git said */
  private async git(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const ran = await this.run(args, env);
    if (ran.code !== 0) throw failed(args[0] ?? '', ran);
    return ran.out.trim();
  }

  private run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
    const options = { cwd: this.dir, env: { ...this.env, ...env }, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT };
    return new Promise((resolve, reject) => {
      const child = execFile('git', args, options, (error, out, err) => {
        const code = error ? error.code : 0;
        if (typeof code === 'number') resolve({ code, out, err });
        else reject(new HoldshortError('not_found', 'git cannot be run, or gave no answer.', { cause: error }));
      });
      if (args[0] === 'push') child.stderr?.on('data', (chunk: Buffer | string) => this.tellHold(String(chunk)));
    });
  }
}

const failed = (command: string, { err }: Ran): HoldshortError =>
  new HoldshortError('upstream_refused', `git ${command} failed: ${err.trim().slice(-2000)}`);
