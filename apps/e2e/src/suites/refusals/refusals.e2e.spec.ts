import { said, execute } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';

describe('refused calls', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam', 'mallory');
    await stack.git('alice', ['clone', APP, stack.workFile('app')]);
    await execute(['git', '-C', stack.workFile('app'), 'config', 'user.email', 'alice@example.test']);
    await execute(['git', '-C', stack.workFile('app'), 'config', 'user.name', 'alice']);
  }, 180_000);
  afterAll(() => stack.stop());

  const inApp = (script: string, flags?: string[]) =>
    stack.script('alice', script, { cwd: stack.workFile('app'), ...(flags ? { flags } : {}) });

  it('refuses a push to main: no byte of the pack, exit 1, reason shown, branch unchanged', async () => {
    const before = await stack.refs('acme/app');
    const since = await stack.lastRequest();
    const ran = await inApp('echo x > x.txt && git add . && git commit -qm x && git push origin HEAD:main');
    expect(ran.code).toBe(1);
    expect(ran.text).toContain('! [remote rejected] HEAD -> main');
    expect(ran.text).toMatch(/remote: holdshort: refused: .*deny-ai-default-branch|remote: holdshort: refused: /);
    expect(ran.text).toContain('do not look for one');
    expect(await stack.refs('acme/app')).toEqual(before);
    const reached = await stack.requests(since);
    expect(reached.reduce((sum, request) => sum + request.pack_bytes, 0)).toBe(0);
    expect(reached.filter(({ path, method }) => method === 'POST' && path.endsWith('git-receive-pack'))).toEqual([]);

    const events = await stack.events((all) =>
      all.some(({ outcome, push }) => outcome === 'refused' && push?.[0]?.ref === 'refs/heads/main'),
    );
    const refused = calls(events).find(
      ({ outcome, push }) => outcome === 'refused' && push?.[0]?.ref === 'refs/heads/main',
    );
    expect(refused).toMatchObject({
      human: { login: 'alice' },
      decision: { effect: 'deny' },
      push: [{ kind: 'update' }],
    });
    expect(refused?.decision?.rules.length).toBeGreaterThan(0);
  });

  it('lets a person push to main', async () => {
    const ran = await inApp(
      'git checkout -q main && git pull -q && echo h > human.txt && git add human.txt && git commit -qm human && git push origin main',
      ['--human'],
    );
    expect(said(ran)).toBe('ok');
  });

  it.each([
    [
      'a force push',
      'git checkout -q -B topic/f origin/main && git commit -q --allow-empty -m 1 && git push -q origin topic/f && git commit -q --amend --allow-empty -m 2 && git push --force origin topic/f',
    ],
    ['a force push to an older commit', 'git push --force origin HEAD~1:topic/f'],
    ['a deletion', 'git push origin --delete topic/f'],
    ['push options', 'git commit -q --allow-empty -m 3 && git push -o ci.skip origin HEAD:refs/heads/topic/o'],
    ['a push of main together with a harmless branch', 'git push origin HEAD:refs/heads/topic/h HEAD:main'],
  ])('refuses %s by an assistant', async (_name, script) => {
    const ran = await inApp(script);
    expect(ran.code).not.toBe(0);
    expect(ran.text).toMatch(/holdshort: refused/);
  });

  it('refuses a repository on which the App is not installed, without a word about what is in it', async () => {
    const ran = await stack.git('alice', ['clone', 'https://github.com/other/private.git', stack.workFile('private')]);
    expect(ran.code).toBe(128);
    expect(ran.text).toContain('remote: holdshort: refused:');
  });

  it('refuses a person in no group', async () => {
    const ran = await stack.git('mallory', ['ls-remote', APP]);
    expect(ran.code).not.toBe(0);
  });

  it('refuses a token that the client brings, on git and REST', async () => {
    const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
    const git = await inApp(
      `git -c http.https://github.com/acme.extraHeader="Authorization: Basic $(printf 'x:${token}' | base64)" ls-remote origin`,
    );
    expect(git.code).toBe(128);
    expect(git.text).toContain('credential of its own');
    const rest = await inApp(`curl -s -H "Authorization: token ${token}" https://api.github.com/repos/acme/app`);
    expect(JSON.parse(rest.stdout)).toMatchObject({ holdshort: { code: 'foreign_credential' } });
    expect(rest.text).not.toContain(token);
  });

  it('refuses a call without a session', async () => {
    const proxied = await execute([
      'curl',
      '-sS',
      '--proxy',
      stack.dev.agentProxy,
      '--cacert',
      stack.dev.ca,
      'https://api.github.com/repos/acme/app',
    ]);
    expect(proxied.code).not.toBe(0);
    const direct = await fetch(`${stack.dev.agentEndpoint}/api/v3/repos/acme/app`);
    expect(direct.status).toBe(401);
    expect(await direct.json()).toMatchObject({ holdshort: { code: 'session_missing' } });
  });

  it('refuses other hosts, unknown operations and administration', async () => {
    const host = await inApp('curl -sS https://example.com/');
    expect(host.code).not.toBe(0);
    const unknown = await inApp('curl -s https://api.github.com/no/such/route');
    expect(JSON.parse(unknown.stdout)).toMatchObject({ holdshort: { code: 'operation_unknown' } });
    const admin = await inApp(
      `curl -s -X POST https://api.github.com/repos/acme/app/keys -d '{"title":"t","key":"ssh-ed25519 AAAA"}'`,
    );
    expect(JSON.parse(admin.stdout)).toMatchObject({ message: expect.stringContaining('Holdshort refused') });
    const requests = await stack.requests();
    expect(requests.filter(({ path }) => path.includes('/keys') || path.includes('/no/such'))).toEqual([]);
  });
});
