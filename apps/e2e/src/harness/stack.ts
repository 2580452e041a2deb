import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endRunning, execute, type Ran, type RunOptions } from './execute.js';
import { requireValidStore } from './require-valid-store.js';
import { until } from './until.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const START_MS = 240_000;
const STOP_MS = 15_000;

/** The ready file of the embedded stack (docs/architecture.md). */
export interface DevFile {
  console: string;
  controlPlane: string;
  grpc: string;
  agentProxy: string;
  agentEndpoint: string;
  agentAdmin: string;
  ca: string;
  github: string;
  githubControl: string;
  githubCa: string;
  enterpriseControl: string | null;
  idp: string;
  kafka: string | null;
  database: string;
  logDir: string;
  processes: Record<string, { pid: number; command: string[] | null; env: Record<string, string>; log: string }>;
}

const cli = path.join(ROOT, 'apps/cli/bin/holdshort.mjs');

/** One embedded stack, as `npm start -- --ephemeral --ready-file F` gives it, with people who are signed in. */
export class Stack {
  readonly dev: DevFile;
  readonly dir: string;
  readonly #process: ChildProcess;
  readonly #readyFile: string;
  readonly #restarted: ChildProcess[] = [];
  readonly #pids = new Map<string, number>();

  private constructor(dev: DevFile, dir: string, started: ChildProcess, readyFile: string) {
    this.dev = dev;
    this.dir = dir;
    this.#process = started;
    this.#readyFile = readyFile;
  }

  static async start(options: { kafka?: boolean; env?: Record<string, string> } = {}): Promise<Stack> {
    const dir = await mkdtemp(path.join(tmpdir(), 'holdshort-e2e-'));
    const readyFile = path.join(dir, 'ready.json');
    const log: Buffer[] = [];
    const started = spawn(
      process.execPath,
      [
        'apps/dev-stack/dist/main.js',
        'start',
        '--ephemeral',
        '--ready-file',
        readyFile,
        ...(options.kafka ? ['--kafka'] : []),
      ],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
    );
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk: Buffer) => log.push(chunk));
    const deadline = Date.now() + START_MS;
    for (;;) {
      const text = await readFile(readyFile, 'utf8').catch(() => '');
      if (text.endsWith('}') || text.endsWith('}\n'))
        return new Stack(JSON.parse(text) as DevFile, dir, started, readyFile);
      if (started.exitCode !== null || Date.now() > deadline) {
        started.kill('SIGTERM');
        await rm(dir, { recursive: true, force: true });
        throw new Error(`the stack did not start:\n${Buffer.concat(log).toString('utf8')}`);
      }
      await delay(50);
    }
  }

  /**
   * @param refused why records went to quarantine, where a test wants that
   * @throws Error where an event that was stored does not hold to its schema, or one came that could not be stored
   */
  async stop({ refused = [] }: { refused?: readonly string[] } = {}): Promise<void> {
    const checked = await requireValidStore(this.dev.database, refused).catch((error: unknown) => error);
    await this.#end();
    if (checked instanceof Error) throw checked;
  }

  async #end(): Promise<void> {
    endRunning();
    await Promise.all(this.#restarted.map(endChild));
    const gone = new Promise<void>((resolve) => this.#process.once('close', () => resolve()));
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGTERM');
      const late = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
      await gone;
      clearTimeout(late);
    }
    await rm(this.dir, { recursive: true, force: true });
  }

  #home = (login: string): string => path.join(this.dir, `home-${login}`);

  /** `holdshort ARGS` as one person. */
  async holdshort(login: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const env = {
      HOLDSHORT_DEV_FILE: this.#readyFile,
      HOLDSHORT_HOME: this.#home(login),
      HOME: this.dir,
      ...options.env,
    };
    return execute([process.execPath, cli, ...args], { ...options, env });
  }

  async signIn(...logins: string[]): Promise<void> {
    for (const login of logins) {
      const ran = await this.holdshort(login, ['login', '--dev', login]);
      if (ran.code !== 0) throw new Error(`login of ${login} failed:\n${ran.text}`);
    }
  }

  /** A command inside a session of `login`: an assistant's, unless `--human` is among the flags. */
  run(login: string, command: readonly string[], options: RunOptions & { flags?: string[] } = {}): Promise<Ran> {
    return this.holdshort(login, ['run', ...(options.flags ?? ['--assistant', 'copilot']), '--', ...command], options);
  }

  git(login: string, args: readonly string[], options: RunOptions & { flags?: string[] } = {}): Promise<Ran> {
    return this.run(login, ['git', ...args], options);
  }

  /** A shell script in a session, stopping at the first error. */
  script(login: string, script: string, options: RunOptions & { flags?: string[] } = {}): Promise<Ran> {
    return this.run(login, ['bash', '-euo', 'pipefail', '-c', script], options);
  }

  async control(method: string, route: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.dev.githubControl}${route}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  /** ref -> id at GitHub. */
  async refs(repo: string): Promise<Record<string, string>> {
    const answer = (await this.control('GET', `/refs/${repo}`)) as { refs?: Record<string, string> } & Record<
      string,
      string
    >;
    return answer.refs ?? answer;
  }

  /** What reached GitHub, oldest first. */
  async requests(since = 0): Promise<GithubRequest[]> {
    const answer = (await this.control('GET', `/requests?since=${since}`)) as
      { requests?: GithubRequest[] } | GithubRequest[];
    return Array.isArray(answer) ? answer : (answer.requests ?? []);
  }

  async lastRequest(): Promise<number> {
    return (await this.requests()).at(-1)?.n ?? 0;
  }

  /** Stored events, oldest first, as an auditor sees them; waits until `enough` says so. */
  async events(enough: (events: StoredEvent[]) => boolean, timeoutMs = 20_000): Promise<StoredEvent[]> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const events = await this.#allEvents();
      if (enough(events)) return events;
      if (Date.now() > deadline)
        throw new Error(
          `the expected events did not arrive; there are ${JSON.stringify(events.map((event) => event.type))}`,
        );
      await delay(100);
    }
  }

  async #allEvents(): Promise<StoredEvent[]> {
    const ran = await this.holdshort('sam', ['audit', 'search', '--json', '--limit', '100000']);
    if (ran.code !== 0) throw new Error(`audit search failed:\n${ran.text}`);
    return ran.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as StoredEvent);
  }

  kill(name: string, signal: NodeJS.Signals): void {
    process.kill(this.pidOf(name), signal);
  }

  pidOf(name: string): number {
    return this.#pids.get(name) ?? this.#processOf(name).pid;
  }

  #processOf(name: string): DevFile['processes'][string] {
    const found = this.dev.processes[name];
    if (!found) throw new Error(`the stack has no process ${name}: ${Object.keys(this.dev.processes).join(', ')}`);
    return found;
  }

  /**
   * Starts a process again that was told to end, the way the stack started it: waits for the old one to be gone and
   * for the new one to be ready.
   * @param root of another version's build, whose program is taken instead
   */
  async restart(name: string, changes: Record<string, string> = {}, root = ROOT): Promise<void> {
    const { command, env, log } = this.#processOf(name);
    if (!command) throw new Error(`the stack does not say how ${name} is started`);
    await gone(name, this.pidOf(name));
    const [file = '', ...programArgs] = command;
    const args = programArgs.map((arg) => (arg.startsWith(ROOT) ? path.join(root, arg.slice(ROOT.length)) : arg));
    const child = spawn(file, args, {
      env: { ...env, ...changes, PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: ROOT,
    });
    child.stdout.pipe(createWriteStream(log, { flags: 'a' }));
    this.#restarted.push(child);
    if (child.pid !== undefined) this.#pids.set(name, child.pid);
    const ended = new Promise<never>((_resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`${name} ended with ${String(code)}`)));
    });
    ended.catch(() => undefined); // ends with the test; only while it starts is that an error
    await Promise.race([ended, name === 'kafka' ? this.#brokerAnswers(child) : readyLine(child)]);
  }

  /** The control plane was away; calls are taken again once the agent has a line to it. */
  async agentReady(): Promise<void> {
    const ready = (): Promise<boolean> => fetch(`${this.dev.agentAdmin}/readyz`).then(({ ok }) => ok);
    await until(ready, { withinMs: 30_000, everyMs: 50 });
  }

  /** One more process of a kind that the stack has, with other settings. @returns what it says when it is ready */
  async startAnother(
    name: string,
    changes: Record<string, string>,
  ): Promise<{ ready: Record<string, string>; kill: (signal: NodeJS.Signals) => void }> {
    const { command, env } = this.#processOf(name);
    const [file = '', ...args] = command ?? [];
    const child = spawn(file, args, {
      env: { ...env, ...changes, PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: ROOT,
    });
    this.#restarted.push(child);
    const ready = await new Promise<Record<string, string>>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`${name} ended with ${String(code)}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        const line = chunk
          .toString('utf8')
          .split('\n')
          .find((text) => text.includes('"msg":"ready"'));
        if (line !== undefined) resolve(JSON.parse(line) as Record<string, string>);
      });
    });
    return { ready, kill: (signal) => child.kill(signal) };
  }

  /** From now on the command line finds the control plane here. */
  async useControlPlane(url: string): Promise<void> {
    await writeFile(this.#readyFile, `${JSON.stringify({ ...this.dev, controlPlane: url, console: url })}\n`);
  }

  async #brokerAnswers(child: ChildProcess): Promise<void> {
    child.stdout?.resume();
    const [host = '', port = ''] = (this.dev.kafka ?? '').split(':');
    for (;;) {
      const socket = connect(Number(port), host);
      const answers = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.once('error', () => resolve(false));
      });
      socket.destroy();
      if (answers) return;
      await delay(200);
    }
  }

  workFile(name: string): string {
    return path.join(this.dir, name);
  }

  async write(name: string, text: string): Promise<string> {
    const file = this.workFile(name);
    await writeFile(file, text);
    return file;
  }
}

/** A process that has ended and was not waited for yet still takes signals. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = (name: string, pid: number): Promise<void> =>
  until(() => Promise.resolve(!isAlive(pid)), {
    withinMs: STOP_MS,
    everyMs: 20,
    instead: () => `${name} (pid ${String(pid)}) is still running`,
  });

/** Ends a process that was told to stop, and waits for it: one that is left over would hold the test's pipes open. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS / 2);
  await gone;
  clearTimeout(late);
}

const readyLine = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('"ready"')) resolve();
    });
  });

export interface GithubRequest {
  n: number;
  host: string;
  method: string;
  path: string;
  /** With "?", or empty. */
  query: string;
  status: number;
  authorization_sha256: string | null;
  body_bytes: number;
  pack_bytes: number;
}

export interface StoredEvent {
  id: string;
  type: string;
  phase: string;
  time: string;
  chain_id: string;
  seq: number;
  session_id?: string;
  human?: { login: string };
  ai?: { tool: string };
  target?: { host?: string; repo?: string; ref?: string };
  request?: { surface: string; operation: string; intents: string[]; path: string };
  response?: { status: number };
  push?: {
    ref: string;
    old: string;
    new: string;
    kind: string;
    result?: string;
    paths?: string[];
    path_classes?: string[];
  }[];
  findings?: { rule: string; path?: string; line?: number }[];
  masked?: { rule: string; count: number }[];
  decision?: { effect: string; rules: string[]; policy_version: string; reason: string[] };
  approval?: { id: string; approvers: string[] };
  lease?: {
    kind: string;
    permissions: Record<string, string>;
    repositories?: string[];
    token_sha256_b64: string;
  };
  correlation_id: string;
  outcome?: string;
  error?: { code: string; message: string };
  detail?: Record<string, unknown>;
}

/** Calls of the event, i.e. without the control plane's own and the agent's start. */
export const calls = (events: StoredEvent[]): StoredEvent[] => events.filter(({ type }) => type.startsWith('call.'));
