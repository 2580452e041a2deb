import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRE_RECEIVE } from './pre-receive.js';

/** A git command that ended with a status other than 0; `stderr` is what it said. */
export class GitFailed extends Error {
  constructor(
    readonly status: number,
    readonly stdout: Buffer,
    readonly stderr: string,
    command: string,
  ) {
    super(`git ${command} ended with ${status}: ${stderr.trim()}`);
  }
}

export interface GitInput {
  input?: string | Buffer;
  env?: Record<string, string>;
}

/**
 * Settings of every repository here. No automatic gc: it would repack under a running test. Push options, filters and
 * wants by id are what GitHub offers; refs/pull is GitHub's own and refused to pushers. Each push is kept as a pack: GitHub
 * says "Resolving deltas" even for one of three objects, which only index-pack does.
 * No search for deltas when a pack is sent: deltas that are stored are reused, and large random test data costs seconds.
 */
const gitConfig = (hooks: string): string => `[safe]
  directory = *
[core]
  hooksPath = ${hooks}
[gc]
  auto = 0
[receive]
  autogc = false
  advertisePushOptions = true
  hideRefs = refs/pull
  unpackLimit = 1
[uploadpack]
  allowFilter = true
  allowAnySHA1InWant = true
[http]
  receivepack = true
[pack]
  window = 0
[init]
  defaultBranch = main
[user]
  name = GitHub
  email = noreply@github.com
`;

/** The git program with a configuration of its own: nothing of the machine's user or system reaches it. */
export class GitProgram {
  readonly env: Record<string, string>;

  constructor(readonly stateDir: string) {
    const hooks = join(stateDir, 'hooks');
    mkdirSync(hooks, { recursive: true });
    writeFileSync(join(hooks, 'pre-receive'), PRE_RECEIVE, { mode: 0o755 });
    const config = join(stateDir, 'gitconfig');
    writeFileSync(config, gitConfig(hooks));
    this.env = {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: stateDir,
      LC_ALL: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: config,
      GIT_TERMINAL_PROMPT: '0',
    };
  }

  /**
   * Runs git to its end and gives its stdout, all of it: for small answers only.
   * @throws GitFailed
   */
  run(gitDir: string | null, args: readonly string[], options: GitInput = {}): Promise<Buffer> {
    const env = { ...this.env, ...(gitDir === null ? {} : { GIT_DIR: gitDir }), ...options.env };
    const child = spawn('git', args, { env, cwd: this.stateDir, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    // EPIPE: git may end before it has read everything; its status tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        const stdout = Buffer.concat(out);
        if (status === 0) resolve(stdout);
        else reject(new GitFailed(status ?? -1, stdout, Buffer.concat(err).toString(), args.join(' ')));
      });
    });
  }
}
