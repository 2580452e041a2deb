import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment } from '../process-environment.js';
import { cliCommand } from '../programs.js';
import type { StackFolder } from '../stack-folder.js';

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** No step of the demo takes longer, or something hangs. */
const COMMAND_TIMEOUT_MS = 60_000;

function runCommand([file = '', ...args]: string[], cwd: string, env: Record<string, string>): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: COMMAND_TIMEOUT_MS });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code: code ?? 1, ...output });
    });
  });
}

/** Leaves the session's id for us before it becomes the command. */
const NOTE_SESSION = 'printf %s "$HOLDSHORT_SESSION_ID" > "$0"; exec "$@"';

/** The terminals of the people in the demo: each has a home of their own, nobody has a GitHub credential. */
export class DemoShell {
  private runs = 0;

  constructor(
    private readonly folder: StackFolder,
    private readonly devFile: string,
  ) {}

  private environment(login: string): Record<string, string> {
    return {
      ...bareEnvironment(this.folder.folder('demo', login)),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: login,
      GIT_AUTHOR_EMAIL: `${login}@example.test`,
      GIT_COMMITTER_NAME: login,
      GIT_COMMITTER_EMAIL: `${login}@example.test`,
      HOLDSHORT_HOME: this.folder.folder('demo', login, '.holdshort'),
      HOLDSHORT_DEV_FILE: this.devFile,
    };
  }

  home(login: string): string {
    return this.folder.folder('demo', login);
  }

  /** `holdshort ARGS` as this person. */
  holdshort(login: string, ...args: string[]): Promise<CommandResult> {
    return runCommand([...cliCommand(), ...args], this.home(login), this.environment(login));
  }

  /** A command outside of any session: local git. */
  plain(login: string, cwd: string, ...command: string[]): Promise<CommandResult> {
    return runCommand(command, cwd, this.environment(login));
  }

  /** `holdshort run --assistant copilot -- COMMAND`. @returns the result and the session that it ran in */
  async assisted(login: string, cwd: string, ...command: string[]): Promise<CommandResult & { session: string }> {
    this.runs += 1;
    const note = join(this.home(login), `session-${this.runs}`);
    const wrapped = ['run', '--assistant', 'copilot', '--', 'sh', '-c', NOTE_SESSION, note, ...command];
    const result = await runCommand([...cliCommand(), ...wrapped], cwd, this.environment(login));
    return { ...result, session: readNote(note) };
  }
}

function readNote(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The session was never opened; the command's own result says why.
    return '';
  }
}
