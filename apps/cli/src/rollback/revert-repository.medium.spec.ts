import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RevertRepository } from './revert-repository.js';

const author = { name: 'alice', email: 'alice@example.test' };
const ENV = {
  ...{ PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', HOME: '/nowhere' },
  ...{ GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x@y', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x@y' },
};

describe('a revert in a temporary repository', () => {
  let dir: string;
  let opened: RevertRepository | undefined;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdshort-revert-'));
    git('init', '-q', '-b', 'main', '.');
    git('config', 'uploadpack.allowFilter', 'true');
    git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  });
  afterEach(async () => {
    await opened?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const git = (...args: string[]): string => execFileSync('git', args, { cwd: dir, env: ENV, encoding: 'utf8' }).trim();
  /** @returns the commit */
  const commit = (files: Record<string, string>): string => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    git('add', '-A');
    git('commit', '-qm', 'x');
    return git('rev-parse', 'HEAD');
  };
  const lines = (...changed: string[]): string =>
    Array.from({ length: 20 }, (_, n) => `${changed[n] ?? 'line'}\n`).join('');
  const repository = async (): Promise<RevertRepository> =>
    (opened = await RevertRepository.open(`file://${dir}`, ENV, () => undefined));
  const file = (tree: string, name: string): string => git('show', `${tree}:${name}`);

  it('takes back what was done between others, and nothing else', async () => {
    const start = commit({ a: lines(), keep: 'x' });
    const first = commit({ a: lines('session'), mine: 'mine' });
    const bob = commit({ a: lines('session', ...Array<string>(18).fill('line'), 'bob') });
    const second = commit({ more: 'more' });
    const tip = commit({ bobs: 'bobs' });
    const segments = [
      { old: start, new: first },
      { old: bob, new: second },
    ];
    const made = await repository();
    const reverted = await made.revert({ tip, segments });
    if ('conflicts' in reverted) throw new Error(reverted.conflicts.join());
    expect(reverted.changes).toBe(true);
    await made.pushNew(await made.commit({ tree: reverted.tree, parents: [tip], message: 'undo' }, author), 'undo');
    expect(git('ls-tree', '--name-only', 'undo').split('\n')).toEqual(['a', 'bobs', 'keep']);
    expect(`${file('undo', 'a')}\n`).toBe(lines('line', ...Array<string>(18).fill('line'), 'bob'));
    expect(git('rev-parse', 'undo^')).toBe(tip);
    expect(git('log', '-1', '--format=%an <%ae> %s', 'undo')).toBe('alice <alice@example.test> undo');
  });

  it('names the files where others changed the same lines, and leaves nothing behind', async () => {
    const start = commit({ a: 'one\n', b: 'one\n' });
    const session = commit({ a: 'two\n', b: 'two\n' });
    const tip = commit({ a: 'three\n' });
    const made = await repository();
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('holdshort-rollback-'));
    expect(await made.revert({ tip, segments: [{ old: start, new: session }] })).toEqual({ conflicts: ['a'] });
    await made.close();
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('holdshort-rollback-'));
    expect(after.length).toBe(before.length - 1);
  });

  it('says where nothing is left to take back', async () => {
    const start = commit({ a: 'one\n' });
    const session = commit({ a: 'two\n' });
    const tip = commit({ a: 'one\n' });
    expect(await (await repository()).revert({ tip, segments: [{ old: start, new: session }] })).toMatchObject({
      changes: false,
    });
  });

  it('pushes to no branch that is there, and says what git said', async () => {
    const tip = commit({ a: 'one\n' });
    git('branch', 'undo');
    const made = await repository();
    await made.revert({ tip, segments: [] });
    const next = await made.commit({ tree: git('rev-parse', 'HEAD^{tree}'), parents: [tip], message: 'undo' }, author);
    await expect(made.pushNew(next, 'undo')).rejects.toMatchObject({
      message: expect.stringContaining('git push failed') as string,
    });
    expect(git('rev-parse', 'undo')).toBe(tip);
  });
});
