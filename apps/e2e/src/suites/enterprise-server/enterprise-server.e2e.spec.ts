import { appendFile } from 'node:fs/promises';
import { said, type Ran } from '../../harness/execute.js';
import { calls, Stack } from '../../harness/stack.js';

const HOST = 'ghes.acme.test';
const CLONE = `git clone -q https://${HOST}/acme/app.git`;
const AUTHOR = 'git config user.name a && git config user.email a@b';

interface Seen {
  method: string;
  path: string;
  status?: number;
  authorization_sha256: string | null;
}

describe('a GitHub Enterprise Server', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start({ env: { HOLDSHORT_DEV_ENTERPRISE_SERVER: HOST } });
    await stack.signIn('alice', 'sam', 'carol');
  }, 180_000);
  afterAll(() => stack.stop());

  const assistant = (script: string): Promise<Ran> => stack.script('alice', script, { cwd: stack.dir });
  const seenBy = async (control: string | null): Promise<Seen[]> => {
    const answer = await fetch(`${control ?? ''}/requests`);
    const body = (await answer.json()) as Seen[] | { requests: Seen[] };
    return Array.isArray(body) ? body : body.requests;
  };
  const server = () => seenBy(stack.dev.enterpriseControl);

  it('is refused until a policy speaks of it, whatever policy says of github.com', async () => {
    const ran = await assistant(`${CLONE} none`);
    expect(ran.code).not.toBe(0);
    expect(ran.text).toContain('holdshort');
    expect(said(await assistant('git clone -q https://github.com/acme/app.git at-github'))).toBe('ok');
    expect((await server()).filter(({ path }) => path.startsWith('/acme/app'))).toEqual([]);
  });

  describe('that policy permits', () => {
    beforeAll(async () => {
      const carol = async (...args: string[]): Promise<Ran> => {
        const ran = await stack.holdshort('carol', ['policy', ...args], { cwd: stack.dir });
        expect(said(ran)).toBe('ok');
        return ran;
      };
      await carol('init', 'ours', '--starter', 'balanced');
      await appendFile(
        stack.workFile('ours/access/ours.cedar'),
        `@id("server") permit (principal, action, resource in Holdshort::Org::"${HOST}/acme");\n`,
      );
      await carol('apply', 'ours', '--activate', '--reason', 'the server');
    });

    it('takes a push of a branch, which github.com does not see', async () => {
      const ran = await assistant(
        `${CLONE} pushed && cd pushed && ${AUTHOR} && git commit -q --allow-empty -m x && git push -q origin HEAD:refs/heads/topic/ghes && git ls-remote origin refs/heads/topic/ghes | wc -l && git ls-remote https://github.com/acme/app.git refs/heads/topic/ghes | wc -l`,
      );
      expect(said(ran)).toBe('ok');
      expect(ran.stdout.trim().split(/\s+/)).toEqual(['1', '0']);
    });

    it('keeps a secret out, and asks the server itself what the push changes', async () => {
      const before = (await server()).length;
      const ran = await assistant(
        `${CLONE} leaky && cd leaky && ${AUTHOR} && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem 2>/dev/null && git add . && git commit -q -m k && git push -q origin HEAD:refs/heads/topic/leaky`,
      );
      expect(ran.code).not.toBe(0);
      expect(ran.text).toContain('key.pem');
      const after = (await server()).slice(before);
      expect(after.filter(({ path, method }) => method === 'POST' && path.endsWith('git-receive-pack'))).toEqual([]);
      expect(after.length).toBeGreaterThan(0);
    });

    it('refuses to rewrite its main branch', async () => {
      const ran = await assistant(
        `${CLONE} forced && cd forced && ${AUTHOR} && git commit -q --amend -m y && git push -q -f origin HEAD:main`,
      );
      expect(ran.code).not.toBe(0);
      expect(ran.text).toContain('holdshort: refused');
    });

    it('is reached by REST, GraphQL and gh, and by no path that Holdshort does not know', async () => {
      const ran = await assistant(
        [
          `curl -sSf -o /dev/null https://${HOST}/api/v3/repos/acme/app`,
          `curl -sSf -X POST https://${HOST}/api/v3/repos/acme/app/issues -d '{"title":"from the server"}' | grep -c '"number"'`,
          `curl -sSf https://${HOST}/api/graphql -d '{"query":"{ repository(owner: \\"acme\\", name: \\"app\\") { nameWithOwner } }"}' | grep -c acme/app`,
          `GH_HOST=${HOST} gh api repos/acme/app --jq .full_name`,
          `for path in /api/v9/user /api/ /API/v3/user /_private/x /api/v3/no/such/thing; do curl -sS -o /dev/null -w '%{http_code}\\n' https://${HOST}$path; done`,
        ].join('\n'),
      );
      expect(said(ran)).toBe('ok');
      const lines = ran.stdout.trim().split('\n');
      expect(lines.slice(0, 3)).toEqual(['1', '1', 'acme/app']);
      for (const status of lines.slice(3)) expect(status).toMatch(/^4\d\d$/);
      expect((await server()).map(({ path }) => path)).not.toContain('/api/v9/user');
    });

    it('has tokens of its own: none of them is ever shown to github.com, nor the other way round', async () => {
      const used = (requests: Seen[]) =>
        new Set(requests.flatMap(({ authorization_sha256: sha }) => (sha === null ? [] : [sha])));
      const [there, here] = [used(await server()), used(await seenBy(stack.dev.githubControl))];
      expect(there.size).toBeGreaterThan(1);
      expect(here.size).toBeGreaterThan(1);
      expect([...there].filter((sha) => here.has(sha))).toEqual([]);
    });

    it('is named in the trail', async () => {
      const at = (all: Awaited<ReturnType<Stack['events']>>) =>
        calls(all).filter(({ target }) => target?.host === HOST);
      const events = at(await stack.events((all) => at(all).some(({ type }) => type === 'call.write')));
      expect(events.map(({ request }) => request?.operation)).toEqual(
        expect.arrayContaining(['git/receive-pack', 'git/upload-pack', 'issues/create']),
      );
      expect(events.filter(({ outcome }) => outcome === 'refused').length).toBeGreaterThan(2);
    });
  });
});
