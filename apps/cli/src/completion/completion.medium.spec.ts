import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../program.js';

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

async function scriptFor(shell: string): Promise<string> {
  const out: string[] = [];
  const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
  expect(await runCli({ args: ['completion', shell], env: {}, cwd: '/', terminal })).toBe(0);
  return out.join('\n');
}

describe('holdshort completion', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdshort-completion-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What bash offers after these words; the last one is what stands before the cursor. */
  async function offeredByBash(...words: string[]): Promise<string[]> {
    const file = join(folder, 'completion.bash');
    writeFileSync(file, await scriptFor('bash'));
    const program = [
      'set -euo pipefail',
      'source "$1"; shift',
      '[[ $(complete -p holdshort) == "complete -o default -F _holdshort holdshort" ]]',
      'COMP_WORDS=(holdshort "$@"); COMP_CWORD=$#',
      '_holdshort',
      'printf "%s\\n" "${COMPREPLY[@]+"${COMPREPLY[@]}"}"',
    ].join('\n');
    const out = execFileSync('bash', ['-c', program, 'bash', file, ...words], { encoding: 'utf8' });
    return out.split('\n').filter((line) => line !== '');
  }

  it.each([
    [['do'], ['doctor']],
    [
      ['session', ''],
      ['list', 'show', 'start', 'kill', 'rollback', '--help'],
    ],
    [['admin', 'agent', 't'], ['token']],
    [['audit', 'dead-letters', 'r'], ['replay']],
    [
      ['policy', 'init', '--starter', ''],
      ['observe-only', 'balanced', 'strict'],
    ],
    [['policy', 'init', '--st'], ['--starter']],
    [['completion', '--js'], ['--json']],
    [['run', '--', 'gi'], []],
    [['nothing-of-the-kind', 'x'], []],
  ])('bash: %j', async (words, expected) => {
    expect(await offeredByBash(...words)).toEqual(expected);
  });

  (has('zsh') ? it : it.skip)('zsh reads its script and has the function', async () => {
    const file = join(folder, '_holdshort');
    writeFileSync(file, await scriptFor('zsh'));
    execFileSync('zsh', ['-n', file]);
    const program = `autoload -Uz compinit && compinit -u -d ${folder}/dump && source ${file} && print $_comps[holdshort]`;
    expect(execFileSync('zsh', ['-fc', program], { encoding: 'utf8' })).toBe('_holdshort\n');
  });

  (has('fish') ? it : it.skip)('fish offers what fits', async () => {
    const file = join(folder, 'holdshort.fish');
    writeFileSync(file, await scriptFor('fish'));
    const offered = (line: string): string[] =>
      execFileSync('fish', ['--no-config', '-c', `source ${file}; complete -C ${JSON.stringify(line)}`], {
        encoding: 'utf8',
        env: { ...process.env, HOME: folder },
      })
        .split('\n')
        .map((entry) => entry.split('\t')[0] ?? '')
        .filter((entry) => entry !== '');
    expect(offered('holdshort do')).toEqual(['doctor']);
    expect(offered('holdshort admin agent t')).toEqual(['token']);
    expect(offered('holdshort policy init --starter b')).toContain('balanced');
  });

  it('refuses another shell with usage', async () => {
    const err: string[] = [];
    const terminal = { out: () => undefined, err: (text: string) => void err.push(text) };
    expect(await runCli({ args: ['completion', 'tcsh'], env: {}, cwd: '/', terminal })).toBe(2);
    expect(err.join('\n')).toContain('bash, zsh, fish');
  });
});
