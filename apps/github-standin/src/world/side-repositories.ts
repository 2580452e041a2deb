import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GitRepository } from '../git/git-repository.js';
import type { Repository } from './model.js';
import { historyOf } from './seed.js';
import type { World } from './world.js';

/** The one public gist that is there from the start, of alice. */
export const GIST = { id: '5e2f8a6c1b0d4973a8f4c2e19b7d6053', owner: 'alice', file: 'hello.txt' } as const;

interface Wanted {
  /** Below the folder of all repositories, without `.git`. */
  folder: string;
  branch: string;
  files: Record<string, string>;
}

/** Repositories that stand beside the ones of the world, by folder; each is made when it is first asked for. */
const made = new WeakMap<World, Map<string, Promise<GitRepository>>>();

async function make(world: World, { folder, branch, files }: Wanted): Promise<GitRepository> {
  const git = new GitRepository(world.git, join(world.projectRoot, `${folder}.git`));
  await mkdir(world.projectRoot, { recursive: true });
  await world.git.run(null, ['init', '--quiet', '--bare', `--initial-branch=${branch}`, git.gitDir]);
  await git.writeCommits(historyOf(branch, [['alice', 'First page', files]]));
  world.closing(() => {
    git.close();
  });
  return git;
}

function besides(world: World, wanted: Wanted): Promise<GitRepository> {
  const known = made.get(world) ?? new Map<string, Promise<GitRepository>>();
  made.set(world, known);
  const repository = known.get(wanted.folder) ?? make(world, wanted);
  known.set(wanted.folder, repository);
  return repository;
}

export const wikiFolder = (repository: Repository): string => `${String(repository.id)}.wiki`;

/** The wiki of a repository, whose branch is called `master` (docs.github.com, "About wikis"). */
export const wikiOf = (world: World, repository: Repository): Promise<GitRepository> =>
  besides(world, {
    folder: wikiFolder(repository),
    branch: 'master',
    files: { 'Home.md': `Welcome to the ${repository.name} wiki!\n` },
  });

export const gistFolder = `gist-${GIST.id}`;

export const gistRepository = (world: World): Promise<GitRepository> =>
  besides(world, { folder: gistFolder, branch: 'main', files: { [GIST.file]: 'hello\n' } });
