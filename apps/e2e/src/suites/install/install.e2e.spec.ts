import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, said, type Ran } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';
import { walkSignIn } from './walk-sign-in.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const ADDRESS = 'https://holdshort.example.com';
/** Where the stand-in is, for the agent; a real workspace has GitHub. */
const UPSTREAMS = ['HOLDSHORT_UPSTREAMS', 'HOLDSHORT_UPSTREAM_CA_FILE'];

/** The commands of the guide, in order. */
async function commandsOfGuide(): Promise<string[]> {
  const guide = await readFile(path.join(ROOT, 'docs/install.md'), 'utf8');
  const section = guide.split('## A workspace, in three commands\n')[1]?.split('\n## ')[0] ?? '';
  return (/```sh\n([^]*?)```/.exec(section)?.[1] ?? '').split('\n').filter((line) => line !== '');
}

describe('a clean machine', () => {
  let stack: Stack;
  let home: string;
  const took: [string, number][] = [];

  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('carol', 'sam');
    home = stack.workFile('clean-home');
    await mkdir(home);
    const packed = await execute([process.execPath, path.join(ROOT, 'tools/package.mjs'), home], { cwd: ROOT });
    if (packed.code !== 0) throw new Error(packed.text);
    const made = await stack.holdshort('carol', ['admin', 'agent', 'token', '--workspace', 'clean-machine']);
    await writeFile(path.join(home, 'join-token'), made.stdout, { mode: 0o600 });
  }, 240_000);
  afterAll(async () => {
    await execute(['bash', '-c', 'holdshort agent stop'], { cwd: home, env: environment() });
    await stack.stop();
  });

  /** Nothing of this process's own but the programs of the machine. */
  const environment = (): NodeJS.ProcessEnv => ({
    ...Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined])),
    HOME: home,
    PATH: `${path.join(home, 'programs/bin')}:${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    LANG: 'C.UTF-8',
    npm_config_prefix: path.join(home, 'programs'),
    npm_config_offline: 'true',
    ...Object.fromEntries(UPSTREAMS.map((name) => [name, stack.dev.processes['agent']?.env[name]])),
    // the stack's own agent has the default ones
    ...{ HOLDSHORT_AGENT_PROXY_PORT: '0', HOLDSHORT_AGENT_ENDPOINT_PORT: '0', HOLDSHORT_AGENT_ADMIN_PORT: '0' },
  });

  const typed = (command: string): string => command.replace(ADDRESS, stack.dev.controlPlane);

  async function timed<T>(command: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    took.push([command, (performance.now() - began) / 1000]);
    return result;
  }

  const run = (command: string): Promise<Ran> =>
    timed(command, () =>
      execute(['bash', '-c', typed(command)], { cwd: home, env: environment(), timeoutMs: 180_000 }),
    );

  /** At a terminal (util-linux `script`), where a person follows the address that is shown. */
  const runAtTerminal = (command: string): Promise<{ code: number | null; text: string }> =>
    timed(command, async () => {
      const child = spawn('script', ['-qefc', typed(command), '/dev/null'], {
        ...{ cwd: home, env: environment(), stdio: ['pipe', 'pipe', 'inherit'] },
      });
      let text = '';
      let person: Promise<void> | undefined;
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        const [, address] = /Open (\S+)\s+and confirm the code/.exec(text) ?? [];
        if (address !== undefined) person ??= walkSignIn(address, { login: 'alice', password: 'alice' });
      });
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      await person;
      return { code, text };
    });

  it('is installed, enrolled and clones through the agent by the three commands of the guide', async () => {
    const commands = await commandsOfGuide();
    expect(commands).toHaveLength(3);
    const [install = '', start = '', clone = ''] = commands;
    expect(said(await run(install))).toBe('ok');
    const started = await run(start);
    expect(said(started)).toBe('ok');
    expect(started.stdout).toMatch(/^The agent runs \(process \d+\), enrolled at http/);
    const cloned = await runAtTerminal(clone);
    expect(cloned).toMatchObject({ code: 0, text: expect.stringContaining('Signed in as alice until') as string });
    expect(existsSync(path.join(home, 'app/.git'))).toBe(true);
    const events = await stack.events((all) => calls(all).some(({ human }) => human?.login === 'alice'));
    const call = calls(events).find(({ request }) => request?.surface === 'git');
    expect(call).toMatchObject({ human: { login: 'alice' }, target: { repo: 'acme/app' }, outcome: 'success' });
    expect(started.stdout).toMatch(/process \d+/);
    const lines = took.map(([command, seconds]) => `${seconds.toFixed(1).padStart(6)} s  ${command}`);
    const total = took.reduce((sum, [, seconds]) => sum + seconds, 0);
    process.stdout.write(
      `\nfrom a clean machine to a clone:\n${lines.join('\n')}\n${total.toFixed(1).padStart(6)} s\n`,
    );
  }, 300_000);

  it('a sound workspace is what came of it', async () => {
    const ran = await execute(['bash', '-c', 'holdshort run -- holdshort doctor --json'], {
      ...{ cwd: path.join(home, 'app'), timeoutMs: 120_000 },
      env: { ...environment(), HOLDSHORT_EGRESS_PROBES: '127.0.0.1:1' },
    });
    expect(said(ran)).toBe('ok');
    const report = JSON.parse(ran.stdout) as { checks: { state: string; check: string }[] };
    expect(report.checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  }, 150_000);

  it('refuses a join token that was used, and says what to do', async () => {
    const other = { ...environment(), HOLDSHORT_HOME: path.join(home, 'second') };
    const ran = await execute(
      ['bash', '-c', `holdshort agent start --control-plane ${stack.dev.controlPlane} --join-token-file join-token`],
      { cwd: home, env: other, timeoutMs: 120_000 },
    );
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('holdshort: The agent did not start: holdshort-agent:');
    expect(ran.stderr).toContain(`Its log is ${path.join(home, 'second/agent.log')}.`);
  }, 150_000);

  it('is installed by the dev-container feature as well', async () => {
    const prefix = path.join(home, 'feature');
    const ran = await execute(['sh', path.join(ROOT, 'deploy/devcontainer-feature/install.sh')], {
      cwd: home,
      env: {
        ...environment(),
        ...{ HOLDSHORT_FEATURE_PREFIX: prefix, HOLDSHORT_FEATURE_STATE: path.join(home, 'feature-state') },
        ...{ PACKAGE: path.join(home, 'holdshort-0.1.0.tgz'), CONTROLPLANE: ADDRESS },
      },
    });
    expect(said(ran)).toBe('ok');
    const version = await execute([path.join(prefix, 'bin/holdshort'), '--version'], { env: environment() });
    expect(version.stdout).toBe('0.1.0\n');
    const script = path.join(prefix, 'bin/holdshort-start');
    expect(said(await execute(['sh', '-n', script]))).toBe('ok');
    expect(await readFile(script, 'utf8')).toContain(`exec holdshort agent start --control-plane '${ADDRESS}' "$@"`);
  }, 120_000);
});
