import type { Command } from 'commander';
import { CliContext } from './cli-context.js';
import { buildProgram, runCli } from './program.js';

const silent = { out: () => undefined, err: () => undefined };

function leaves(command: Command, path: string[] = []): [string, Command][] {
  const own = [...path, command.name()];
  return command.commands.length === 0
    ? [[own.slice(1).join(' '), command]]
    : command.commands.flatMap((sub) => leaves(sub, own));
}

const COMMANDS = leaves(buildProgram(new CliContext({}, '/', silent), () => undefined));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const terminal = {
    out: (text: string) => void (printed.out += text),
    err: (text: string) => void (printed.err += text),
  };
  const code = await runCli({ args, env: { HOLDSHORT_HOME: '/nowhere' }, cwd: '/', terminal });
  return { code, ...printed };
}

describe('the command line', () => {
  it('has the commands of the design that are built', () => {
    expect(COMMANDS.map(([name]) => name)).toEqual([
      ...[
        'login',
        'logout',
        'github link',
        'github status',
        'github unlink',
        'run',
        'env',
        'doctor',
        'session list',
        'session show',
        'session start',
        'session kill',
        'session rollback',
        'commit why',
      ],
      ...['token create', 'token list', 'token revoke'],
      ...[
        'approval list',
        'approval show',
        'approval approve',
        'approval reject',
        'approval grant',
        'approval grants',
        'approval revoke',
      ],
      ...['search', 'tail', 'verify', 'reconcile', 'archive', 'export', 'hold', 'release', 'holds'].map(
        (name) => `audit ${name}`,
      ),
      ...['audit dead-letters list', 'audit dead-letters replay', 'agent start', 'agent stop', 'agent spool'],
      ...['attest verify', 'attest export', 'operation explain'],
      ...['init', 'validate', 'test', 'apply', 'simulate', 'break-glass'].map((name) => `policy ${name}`),
      ...['list', 'show', 'history', 'diff', 'submit', 'review', 'activate', 'rollback'].map(
        (name) => `policy ${name}`,
      ),
      ...[
        'admin kill',
        'admin unkill',
        'admin kills',
        'admin agent list',
        'admin agent revoke',
        'admin agent token',
        'admin keys list',
        'admin keys rotate',
      ],
      ...['admin role list', 'admin role set', 'admin kafka init', 'completion'],
    ]);
  });

  it.each(COMMANDS)('%s explains itself with an example, and speaks JSON', async (name) => {
    const { code, out } = await run(...name.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Example:\n {2}.*holdshort /);
    // `run` prints nothing of its own: its output is that of the command.
    if (name !== 'run') expect(out).toContain('--json');
  });

  it.each([
    [['run']],
    [['no-such']],
    [['login', '--no-such']],
    [['approval', 'reject', 'apr_1']],
    [['policy', 'init', '--starter', 'lax']],
    [['policy', 'activate', 'x']],
    [['token', 'create', '--name', 'x']],
    [['token', 'create', '--name', 'x', '--scope', 'audit:read', '--days', '0']],
    [[]],
  ])('answers %j with usage and 2', async (args) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(/usage|Usage/);
  });

  it('says what to do next where there is no stack', async () => {
    expect(await run('session', 'list')).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /No Holdshort was found from here\.\nStart the embedded stack with `npm start`/,
      ) as string,
    });
  });
});
