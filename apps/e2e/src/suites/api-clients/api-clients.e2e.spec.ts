import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { said, execute } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';
const hasGh = (await execute(['sh', '-c', 'command -v gh'])).code === 0;
if (!hasGh) process.stderr.write('SKIPPED: gh is not installed (Debian package gh), so its calls are not tried\n');
const describeGh = hasGh ? describe : describe.skip;
const octokitScript = fileURLToPath(new URL('octokit-client.mjs', import.meta.url));

describe('API clients in a session', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'bob', 'sam');
    const ran = await stack.script(
      'alice',
      `git clone -q ${APP} app && cd app && git config user.email a@b && git config user.name a && git checkout -q -b topic/pr && echo pr > pr.txt && git add . && git commit -qm pr && git push -q origin topic/pr`,
      { cwd: stack.dir },
    );
    expect(said(ran)).toBe('ok');
  }, 180_000);
  afterAll(() => stack.stop());

  const inApp = (script: string) => stack.script('alice', script, { cwd: stack.workFile('app') });

  it('curl through the proxy', async () => {
    const ran = await inApp('curl -sS --fail https://api.github.com/repos/acme/app');
    expect(JSON.parse(ran.stdout)).toMatchObject({ full_name: 'acme/app', default_branch: 'main' });
  });

  it('curl to the endpoint, with the session credential and with process evidence only', async () => {
    const withCredential = await inApp(
      'curl -sS --fail -H "Authorization: token $GH_TOKEN" $HOLDSHORT_AGENT_ENDPOINT/api/v3/repos/acme/app',
    );
    expect(JSON.parse(withCredential.stdout)).toMatchObject({ full_name: 'acme/app' });
    const byProcess = await inApp('curl -sS --fail $HOLDSHORT_AGENT_ENDPOINT/api/v3/repos/acme/app');
    expect(JSON.parse(byProcess.stdout)).toMatchObject({ full_name: 'acme/app' });
  });

  it('git over the endpoint', async () => {
    const ran = await inApp('git -c http.proxy= ls-remote $HOLDSHORT_AGENT_ENDPOINT/git/acme/app.git refs/heads/main');
    expect(said(ran)).toBe('ok');
    expect(ran.stdout).toContain('refs/heads/main');
  });

  it('octokit through the endpoint: reads, paginates, writes a file on a topic branch, is refused on main', async () => {
    const ran = await stack.run('alice', [process.execPath, octokitScript], { cwd: stack.dir });
    expect(said(ran)).toBe('ok');
    const result = JSON.parse(ran.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({ fullName: 'acme/app', issue: 'written by octokit', refusedOnMain: 403 });
    expect(result['branches']).toEqual(expect.arrayContaining(['main', 'topic/pr', 'topic/octokit']));
    const refs = await stack.refs('acme/app');
    expect(refs).toHaveProperty('refs/heads/topic/octokit');
    const events = await stack.events((all) =>
      all.some(({ request, outcome }) => request?.path.includes('/contents/') && outcome === 'refused'),
    );
    const refused = calls(events).find(
      ({ request, outcome }) => request?.path.includes('/contents/') && outcome === 'refused',
    );
    expect(refused?.request?.intents).toContain('ref.update');
  });

  describeGh('gh', () => {
    it('api', async () => {
      const ran = await inApp('gh api repos/acme/app --jq .full_name');
      expect(said(ran)).toBe('ok');
      expect(ran.stdout.trim()).toBe('acme/app');
    });

    it('pr create, pr view; pr merge is held', async () => {
      const created = await inApp('gh pr create --title "A pull request" --body text --head topic/pr --base main');
      expect(said(created)).toBe('ok');
      expect(created.stdout).toMatch(/https:\/\/github\.com\/acme\/app\/pull\/\d+/);
      const viewed = await inApp('gh pr view topic/pr --json title,state');
      expect(JSON.parse(viewed.stdout)).toEqual({ title: 'A pull request', state: 'OPEN' });
      const merge = await inApp('gh pr merge topic/pr --merge');
      expect(merge.code).not.toBe(0);
      expect(merge.text).toMatch(/needs approval by 1 of group eng: http/);
    });

    it('a mutation that is not in the table is refused', async () => {
      const ran = await inApp(`gh api graphql -f query='mutation { noSuchThing(input:{}) { clientMutationId } }'`);
      expect(ran.code).not.toBe(0);
      expect(ran.text).toContain('Holdshort refused');
    });
  });

  it('leaves no GitHub token in environment, files, events or logs', async () => {
    const environment = (await inApp('env')).stdout;
    const files = await execute(['sh', '-c', `grep -rhoaE "gh[a-z]_[A-Za-z0-9._-]+" ${stack.dir} || true`]);
    const events = JSON.stringify(await stack.events((all) => all.length > 0));
    const logs = await readAll(stack.dev.logDir);
    const issued = (await stack.control('GET', '/tokens')) as { sha256: string }[] | { tokens: { sha256: string }[] };
    const hashes = new Set((Array.isArray(issued) ? issued : issued.tokens).map(({ sha256 }) => sha256));
    expect(hashes.size).toBeGreaterThan(0);
    const candidates = [environment, files.stdout, events, logs].flatMap(
      (text) => text.match(/gh[a-z]_[A-Za-z0-9._-]+/g) ?? [],
    );
    const leaked = candidates.filter((text) => hashes.has(createHash('sha256').update(text).digest('hex')));
    expect(leaked).toEqual([]);
    expect(candidates.filter((text) => !text.startsWith('ghu_holdshort_'))).toEqual([]);
    expect([events, logs].join('\n')).not.toMatch(/ghu_holdshort_[A-Za-z0-9]{16}/);
  });
});

async function readAll(dir: string): Promise<string> {
  const names = await readdir(dir);
  return (await Promise.all(names.map((name) => readFile(path.join(dir, name), 'utf8').catch(() => '')))).join('\n');
}
