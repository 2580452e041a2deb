import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppIdentity } from '../access/app-identity.js';
import { INSTALLATION_PERMISSIONS } from '../access/permissions.js';
import { TokenStore } from '../access/token-store.js';
import { AuditLog } from '../audit/audit-log.js';
import type { NewCommit } from '../git/fast-import.js';
import { GitRepository } from '../git/git-repository.js';
import type { GitProgram } from '../git/run-git.js';
import { Authorizations } from '../oauth/authorizations.js';
import { FileStore } from './file-store.js';
import { ModelScripts } from '../copilot/model-script.js';
import { fullName, type Account, type AccountType, type Installation, type Repository } from './model.js';
import { Packages } from './packages.js';
import { SignedAddresses } from './signed-addresses.js';

/** As real ids: so large that msgpack, and with it a node id, needs its 32-bit form. */
const FIRST_ID = 812_400_000;

/** GitHub's default labels that gh and octokit tests use most. */
const LABELS = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['enhancement', 'a2eeef', 'New feature or request'],
] as const;

export interface NewRepository {
  owner: string;
  name: string;
  private: boolean;
  description?: string;
  defaultBranch?: string;
}

/** Everything that GitHub would know. Refs, commits and files are in real bare repositories, the rest in memory. */
export class World {
  readonly accounts = new Map<string, Account>();
  readonly repositories = new Map<number, Repository>();
  readonly installations = new Map<number, Installation>();
  readonly tokens: TokenStore;
  readonly projectRoot: string;
  readonly bot: Account;
  readonly addresses = new SignedAddresses();
  readonly packages = new Packages();
  readonly models = new ModelScripts();
  readonly authorizations: Authorizations;
  readonly audit: AuditLog;
  /** LFS objects and release assets, by the path of their address. */
  readonly files: FileStore;
  readonly #closing: (() => void)[] = [];
  #nextId = FIRST_ID;

  constructor(
    readonly git: GitProgram,
    readonly app: AppIdentity,
  ) {
    this.projectRoot = join(git.stateDir, 'repositories');
    // A start is a new world: ids and issues live in memory, repositories of an earlier one would belong to nobody.
    rmSync(this.projectRoot, { recursive: true, force: true });
    this.files = new FileStore(join(git.stateDir, 'files'));
    this.tokens = new TokenStore(app.id);
    this.authorizations = new Authorizations(this);
    this.bot = this.account(`${app.slug}[bot]`, 'Bot');
    this.audit = new AuditLog(this.bot);
  }

  newId(): number {
    this.#nextId += 1 + Math.floor(Math.random() * 5);
    return this.#nextId;
  }

  /** Finds or makes an account. */
  account(login: string, type: AccountType = 'User'): Account {
    const known = this.accounts.get(login.toLowerCase());
    if (known) return known;
    const account = { id: this.newId(), login, type, name: login };
    this.accounts.set(login.toLowerCase(), account);
    return account;
  }

  install(account: Account): Installation {
    const installation = { id: this.newId() % 100_000_000, account, permissions: { ...INSTALLATION_PERMISSIONS } };
    this.installations.set(installation.id, installation);
    return installation;
  }

  /** Its tokens go with it. */
  uninstall(account: Account): void {
    const installation = this.installationOf(account);
    if (!installation) return;
    this.installations.delete(installation.id);
    for (const token of this.tokens.all()) if (token.installation === installation) token.revoked = true;
  }

  installationOf(account: Account): Installation | undefined {
    return [...this.installations.values()].find((installation) => installation.account === account);
  }

  repositoryByName(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase();
    return [...this.repositories.values()].find((repository) => fullName(repository).toLowerCase() === wanted);
  }

  repositoriesOf(account: Account): Repository[] {
    return [...this.repositories.values()].filter((repository) => repository.owner === account);
  }

  gitDirOf(id: number): string {
    return join(this.projectRoot, `${String(id)}.git`);
  }

  /** An empty repository; with `commits` they are its history. */
  async createRepository(wanted: NewRepository, commits: readonly NewCommit[] = []): Promise<Repository> {
    const branch = wanted.defaultBranch ?? 'main';
    const repository = this.#register(wanted, branch);
    await mkdir(this.projectRoot, { recursive: true });
    await this.git.run(null, ['init', '--quiet', '--bare', `--initial-branch=${branch}`, repository.git.gitDir]);
    if (commits.length > 0) await repository.git.writeCommits(commits);
    return repository;
  }

  #register(wanted: NewRepository, defaultBranch: string): Repository {
    const id = this.newId();
    const now = new Date().toISOString();
    const repository: Repository = {
      id,
      owner: this.account(wanted.owner, 'Organization'),
      name: wanted.name,
      private: wanted.private,
      archived: false,
      description: wanted.description ?? null,
      defaultBranch,
      git: new GitRepository(this.git, this.gitDirOf(id)),
      createdAt: now,
      pushedAt: now,
      updatedAt: now,
      nextNumber: 1,
      issues: new Map(),
      labels: LABELS.map(([name, color, description]) => ({ id: this.newId(), name, color, description })),
      releases: [],
      locks: [],
      statuses: [],
      checkRuns: [],
      protection: new Map(),
      administration: {
        hooks: new Map(),
        keys: new Map(),
        collaborators: new Map(),
        secrets: new Map(),
        rulesets: new Map(),
        dispatches: [],
        topics: [],
      },
    };
    this.repositories.set(id, repository);
    return repository;
  }

  /** Puts a copy of a bare repository in the place of what `repository` holds. Objects are hard-linked where possible. */
  async importRepository(repository: Repository, path: string): Promise<void> {
    repository.git.close();
    rmSync(repository.git.gitDir, { recursive: true, force: true });
    await this.git.run(null, ['clone', '--quiet', '--mirror', path, repository.git.gitDir]);
    await repository.git.run(['remote', 'remove', 'origin']);
    const head = await repository.git.text(['symbolic-ref', '--short', 'HEAD']);
    repository.defaultBranch = head;
    repository.pushedAt = new Date().toISOString();
  }

  deleteRepository(repository: Repository): void {
    repository.git.close();
    this.repositories.delete(repository.id);
    rmSync(repository.git.gitDir, { recursive: true, force: true });
  }

  /** Runs with the world's end. */
  closing(action: () => void): void {
    this.#closing.push(action);
  }

  close(): void {
    for (const action of this.#closing) action();
    for (const repository of this.repositories.values()) repository.git.close();
  }
}
