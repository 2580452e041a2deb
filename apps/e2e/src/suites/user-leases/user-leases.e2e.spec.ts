import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execute, said } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';
const hasGh = (await execute(['sh', '-c', 'command -v gh'])).code === 0;
if (!hasGh) process.stderr.write('SKIPPED: gh is not installed (Debian package gh), so its calls are not tried\n');
const itWithGh = hasGh ? it : it.skip;
const octokitScript = fileURLToPath(new URL('octokit-pull.mjs', import.meta.url));

const OBLIGATION = `@id("writes-as-the-engineer")
@obligation("lease_kind") @kind("user")
permit (principal, action in Holdshort::Action::"write", resource);
`;

interface IssuedToken {
  sha256: string;
  kind: string;
  user: string | null;
  repositories: string[];
  permissions: Record<string, string>;
  revoked: boolean;
}

describe('work that carries the engineer at GitHub', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'bob', 'carol', 'sam');
    const policy = async (...args: string[]): Promise<string> => {
      const ran = await stack.holdshort('carol', ['policy', ...args], { cwd: stack.dir });
      expect(said(ran)).toBe('ok');
      return ran.stdout;
    };
    await policy('init', '--starter', 'balanced');
    await writeFile(path.join(stack.dir, 'policy/obligations/engineer.cedar'), OBLIGATION);
    const { version } = JSON.parse(await policy('apply', '--json')) as { version: string };
    await policy('activate', version, '--reason', 'commits carry the engineer');
  }, 180_000);
  afterAll(() => stack.stop());

  /** A clone of the person's with one commit on the branch. */
  const commitOn = (login: string, branch: string): string =>
    `git clone -q ${APP} ${login} && cd ${login} && git config user.email ${login}@example.test && git config user.name ${login}` +
    ` && git checkout -q -b ${branch} && echo ${branch} > ${login}.txt && git add . && git commit -qm "${branch}"`;
  const tokens = async () => (await stack.control('GET', '/tokens')) as IssuedToken[];
  const usedFor = async (since: number, fits: (call: { method: string; path: string }) => boolean) => {
    const call = (await stack.requests(since)).find(fits);
    return (await tokens()).find(({ sha256 }) => sha256 === call?.authorization_sha256);
  };
  const isPush = ({ method, path: at }: { method: string; path: string }): boolean =>
    method === 'POST' && at.endsWith('/git-receive-pack');
  const isPull = ({ method, path: at }: { method: string; path: string }): boolean =>
    method === 'POST' && at.endsWith('/pulls');
  const ended = async (token: IssuedToken | undefined): Promise<boolean> => {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await tokens()).some(({ sha256, revoked }) => sha256 === token?.sha256 && revoked)) return true;
      await delay(100);
    }
    return false;
  };

  it('is refused without a linked account: the push reaches GitHub not at all, and the next step is said', async () => {
    const since = await stack.lastRequest();
    const ran = await stack.script('bob', `${commitOn('bob', 'topic/bob')} && git push origin topic/bob`, {
      cwd: stack.dir,
    });
    expect(ran.code).toBe(1);
    expect(ran.text.replaceAll(/\s*\nremote:\s*/g, ' ')).toContain(
      'bob must run `holdshort github link` once; then try again.',
    );
    expect((await stack.requests(since)).filter(isPush)).toEqual([]);
    expect(await stack.refs('acme/app')).not.toHaveProperty('refs/heads/topic/bob');
    const events = await stack.events((all) => all.some(({ error }) => error?.code === 'github_link_missing'));
    expect(events.filter(({ type }) => type.startsWith('github.'))).toEqual([]);
  });

  it('goes by a scoped token of her account once she has linked it, and the token ends with the session', async () => {
    await stack.control('POST', '/consent', { login: 'alice' });
    const linked = await stack.holdshort('alice', ['github', 'link', '--json']);
    expect(said(linked)).toBe('ok');
    expect(JSON.parse(linked.stdout)).toMatchObject({ host: 'github.com', github: { login: 'alice' }, broken: null });
    expect(linked.stderr).toMatch(
      /Open https:\/\/127\.0\.0\.1:\d+\/login\/device\nand enter the code [0-9A-F]{4}-[0-9A-F]{4}\./,
    );
    await stack.control('POST', '/consent', {});

    const since = await stack.lastRequest();
    const script = `${commitOn('alice', 'topic/alice')} && git push -q origin topic/alice && git push -q origin HEAD:refs/heads/topic/gh`;
    expect(said(await stack.script('alice', script, { cwd: stack.dir }))).toBe('ok');
    expect(await stack.refs('acme/app')).toHaveProperty('refs/heads/topic/alice');
    const used = await usedFor(since, isPush);
    expect(used).toMatchObject({
      ...{ kind: 'scoped', user: 'alice', repositories: ['acme/app'] },
      permissions: { contents: 'write', metadata: 'read' },
    });
    expect(await ended(used)).toBe(true);
    const events = await stack.events((all) => all.some(({ type }) => type === 'lease.revoked'));
    const digest = Buffer.from(used?.sha256 ?? '', 'hex').toString('base64');
    const ofLease = events.filter(({ lease }) => lease?.token_sha256_b64 === digest);
    expect(new Set(ofLease.map(({ lease }) => lease?.kind))).toEqual(new Set(['user']));
    expect(ofLease.map(({ type }) => type)).toEqual(expect.arrayContaining(['lease.issued', 'lease.revoked']));
  });

  it('makes her the author of a pull request by octokit', async () => {
    const since = await stack.lastRequest();
    const ran = await stack.run('alice', [process.execPath, octokitScript, 'topic/alice'], { cwd: stack.dir });
    expect(said(ran)).toBe('ok');
    expect(ran.stdout.trim()).toBe('alice');
    const used = await usedFor(since, isPull);
    expect(used).toMatchObject({ kind: 'scoped', user: 'alice', repositories: ['acme/app'] });
    expect(used?.permissions).toMatchObject({ pull_requests: 'write' });
    expect(await ended(used)).toBe(true);
  });

  itWithGh('makes her the author of a pull request by gh', async () => {
    const cwd = stack.workFile('alice');
    const create = 'gh pr create --title "by gh" --body text --head topic/gh --base main';
    expect(said(await stack.script('alice', create, { cwd }))).toBe('ok');
    const viewed = await stack.script('alice', 'gh api repos/acme/app/pulls --jq ".[].user.login"', { cwd });
    expect(viewed.stdout.trim().split('\n')).toEqual(['alice', 'alice']);
  });

  it('leaves no token of hers in the workspace, the trail or the logs', async () => {
    const names = await readdir(stack.dev.logDir);
    const logs = await Promise.all(names.map((name) => readFile(path.join(stack.dev.logDir, name), 'utf8')));
    const files = await execute(['sh', '-c', `grep -rhoaE "gh[ur]_[A-Za-z0-9]{30,}" ${stack.dir} || true`]);
    const all = [JSON.stringify(await stack.events((events) => events.length > 0)), files.stdout, ...logs].join('\n');
    expect(all).not.toMatch(/gh[ur]_[0-9A-Za-z]{30}/);
  });

  it('ends when she unlinks: the grant is revoked, and the next push is refused', async () => {
    expect((await stack.holdshort('alice', ['github', 'status'])).stdout).toMatch(
      /github\.com\s+\d+\s+alice\s+good until/,
    );
    const gone = await stack.holdshort('alice', ['github', 'unlink']);
    expect(said(gone)).toBe('ok');
    expect(gone.stdout).toContain("The GitHub account alice (github.com) is unlinked, and the App's grant revoked.");
    expect((await tokens()).filter(({ user, revoked }) => user === 'alice' && !revoked)).toEqual([]);
    const pushed = await stack.git('alice', ['push', 'origin', 'HEAD:refs/heads/topic/later'], {
      cwd: stack.workFile('alice'),
    });
    expect(pushed.code).toBe(1);
    expect((await stack.holdshort('alice', ['github', 'status'])).stdout).toContain(
      'You have linked no GitHub account. Link one with `holdshort github link`.',
    );
  });
});
