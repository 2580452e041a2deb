import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, type Ran } from '../../harness/execute.js';
import type { Stack } from '../../harness/stack.js';

const CLI = fileURLToPath(new URL('../../../../cli/bin/holdshort.mjs', import.meta.url));
/** Nobody listens on port 1 of this machine. */
const CLOSED = '127.0.0.1:1';

export interface Finding {
  code: string;
  severity: 'error' | 'warning';
  what: string;
  fix: string;
  command?: string;
}

export interface Examined {
  code: number | null;
  findings: Finding[];
  text: string;
}

/** An engineer's workspace on the stack: a home folder, a repository folder, `holdshort` in the PATH. */
export class ExaminedWorkspace {
  readonly home: string;
  readonly folder: string;

  private constructor(private readonly stack: Stack) {
    this.home = stack.workFile('workspace-home');
    this.folder = stack.workFile('workspace');
  }

  static async open(stack: Stack): Promise<ExaminedWorkspace> {
    const workspace = new ExaminedWorkspace(stack);
    await workspace.renew();
    const program = path.join(stack.dir, 'bin', 'holdshort');
    await mkdir(path.dirname(program), { recursive: true });
    await writeFile(program, `#!/bin/sh\nexec ${process.execPath} ${CLI} "$@"\n`);
    await chmod(program, 0o755);
    return workspace;
  }

  /** Empty folders, and alice signed in. */
  async renew(): Promise<void> {
    for (const folder of [this.home, this.folder]) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
    }
    const ran = await this.shell('holdshort login --dev alice');
    if (ran.code !== 0) throw new Error(`no sign-in:\n${ran.text}`);
  }

  /** As of a person who has set up the command line by variables, with none of this process's own. */
  get env(): Record<string, string> {
    const { dev } = this.stack;
    return {
      PATH: `${path.join(this.stack.dir, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: this.home,
      LANG: 'C.UTF-8',
      HOLDSHORT_DEV_FILE: this.stack.workFile('ready.json'),
      HOLDSHORT_AGENT_CA: dev.ca,
      HOLDSHORT_AGENT_PROXY: dev.agentProxy,
      HOLDSHORT_AGENT_ENDPOINT: dev.agentEndpoint,
      HOLDSHORT_AGENT_ADMIN: dev.agentAdmin,
      HOLDSHORT_EGRESS_PROBES: CLOSED,
    };
  }

  /** @param variables laid over the workspace's */
  shell(script: string, variables: Record<string, string> = {}): Promise<Ran> {
    const env = { ...this.env, ...variables };
    const forgotten = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
    return execute(['bash', '-c', script], { cwd: this.folder, env: { ...forgotten, ...env }, timeoutMs: 60_000 });
  }

  /** What the doctor says after `script`, in the same shell. @throws Error where it ended with 2 or said no JSON */
  async examine(script = '', variables: Record<string, string> = {}): Promise<Examined> {
    return readReport(await this.shell(`${script}\nholdshort doctor --json`, variables));
  }

  /** The same in a session of its own. */
  async examineInSession(script = ''): Promise<Examined> {
    const inner = `${script}\nholdshort doctor --json`;
    return readReport(await this.shell('exec holdshort run --assistant copilot -- bash -c "$INNER"', { INNER: inner }));
  }
}

export function readReport(ran: Ran): Examined {
  const line = ran.stdout.split('\n').find((text) => text.startsWith('{"ok":'));
  if (line === undefined || (ran.code !== 0 && ran.code !== 1))
    throw new Error(`the doctor gave no report (${String(ran.code)}):\n${ran.text}`);
  const { checks } = JSON.parse(line) as { checks: { findings: Finding[] }[] };
  return { code: ran.code, findings: checks.flatMap(({ findings }) => findings), text: ran.text };
}

export const codesOf = ({ findings }: Examined): string[] => findings.map(({ code }) => code);

/** The commands of all findings of one code, as a script. @throws Error where one has none */
export function adviceOf({ findings }: Examined, code: string): string {
  const commands = findings.filter((finding) => finding.code === code).map(({ command }) => command);
  if (commands.length === 0 || commands.includes(undefined)) throw new Error(`${code} has no command`);
  return commands.join('\n');
}
