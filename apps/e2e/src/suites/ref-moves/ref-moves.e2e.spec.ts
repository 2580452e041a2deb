import { said, type Ran } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';
const HELD = 'This call needs approval by 1 of group security';

const api = (method: string, path: string, body: string): string =>
  `curl -sS -X ${method} https://api.github.com${path} -d '${body}'`;
const graphql = (mutation: string, input: string): string =>
  api(
    'POST',
    '/graphql',
    `{"query":"mutation($i: ${mutation[0]?.toUpperCase() ?? ''}${mutation.slice(1)}Input!) { ${mutation}(input: $i) { clientMutationId } }","variables":{"i":${input}}}`,
  );
const tool = (name: string, args: string): string =>
  `curl -sS -H "Authorization: Bearer $GH_TOKEN" -H "Content-Type: application/json" $HOLDSHORT_AGENT_ENDPOINT/mcp -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${args}}}'`;

/** Each moves or makes a branch, to the branch `F` (commit `C`); `N` makes its name one of its own. */
const WAYS: readonly (readonly [what: string, script: string])[] = [
  ['a new ref by REST', api('POST', '/repos/acme/app/git/refs', '{"ref":"refs/heads/wip/N","sha":"C"}')],
  ['a ref moved by REST', api('PATCH', '/repos/acme/app/git/refs/heads/wip/N', '{"sha":"C"}')],
  ['a ref forced by REST', api('PATCH', '/repos/acme/app/git/refs/heads/wip/N', '{"sha":"C","force":true}')],
  ['a merge of the branch by its name', api('POST', '/repos/acme/app/merges', '{"base":"wip/N","head":"F"}')],
  ['a new ref by GraphQL', graphql('createRef', '{"repositoryId":"REPO","name":"refs/heads/wip/N","oid":"C"}')],
  ['a new branch by MCP', tool('create_branch', '{"owner":"acme","repo":"app","branch":"wip/N","from_branch":"F"}')],
];

describe('refs moved to what GitHub has already', () => {
  let stack: Stack;
  let repository = '';
  const commits: Record<string, string> = {};
  beforeAll(async () => {
    stack = await Stack.start({ env: { HOLDSHORT_AGENT_API_HOLD_SECONDS: '1' } });
    await stack.signIn('alice', 'sam');
    const prepare = stack.script(
      'alice',
      `git clone -q ${APP} app && cd app && git config user.email a@b && git config user.name a
       git push -q origin ${WAYS.map((_, n) => `HEAD:refs/heads/wip/n${String(n)} HEAD:refs/heads/wip/p${String(n)}`).join(' ')}
       git checkout -q -b wip/plain && echo plain > plain.txt && git add . && git commit -qm plain && git push -q origin wip/plain
       curl -sS https://api.github.com/repos/acme/app > ../repo.json
       git checkout -q -b wip/ci origin/main && mkdir -p .github/workflows && echo "on: push" > .github/workflows/more.yml && git add . && git commit -qm ci && git push -q origin wip/ci`,
      { cwd: stack.dir },
    );
    await approveNext(stack);
    expect(said(await prepare)).toBe('ok');
    const refs = await stack.refs('acme/app');
    for (const branch of ['wip/plain', 'wip/ci']) commits[branch] = refs[`refs/heads/${branch}`] ?? '';
    repository =
      /"node_id": ?"([^"]+)"/.exec((await stack.script('alice', 'cat repo.json', { cwd: stack.dir })).stdout)?.[1] ??
      '';
  }, 180_000);
  afterAll(() => stack.stop());

  const go = (script: string, branch: string, name: string): Promise<Ran> =>
    stack.script(
      'alice',
      script
        .replaceAll('"C"', `"${commits[branch] ?? ''}"`)
        .replaceAll('"F"', `"${branch}"`)
        .replaceAll('REPO', repository)
        .replaceAll('wip/N', `wip/${name}`),
      { cwd: stack.dir },
    );

  it.each(WAYS.map(([what, script], n) => [what, script, n] as const))(
    'holds %s when it brings a workflow change, before GitHub sees it',
    async (_what, script, n) => {
      const before = await stack.refs('acme/app');
      const name = script.includes('PATCH') || script.includes('/merges') ? `n${String(n)}` : `new${String(n)}`;
      const ran = await go(script, 'wip/ci', name);
      expect(ran.stdout).toContain(HELD);
      expect(await stack.refs('acme/app')).toEqual(before);
    },
  );

  it.each(WAYS.map(([what, script], n) => [what, script, n] as const))(
    'lets %s pass when it brings none',
    async (_what, script, n) => {
      const name = script.includes('PATCH') || script.includes('/merges') ? `p${String(n)}` : `fresh${String(n)}`;
      const before = (await stack.refs('acme/app'))[`refs/heads/wip/${name}`];
      const ran = await go(script, 'wip/plain', name);
      expect(ran.stdout).not.toContain('Holdshort refused');
      expect((await stack.refs('acme/app'))[`refs/heads/wip/${name}`]).not.toBe(before);
    },
  );

  it('refuses a commit that is nowhere', async () => {
    const ran = await stack.script(
      'alice',
      api('POST', '/repos/acme/app/git/refs', `{"ref":"refs/heads/wip/no","sha":"${'1'.repeat(40)}"}`),
      { cwd: stack.dir },
    );
    expect(ran.stdout).toContain('cannot be told');
  });
});

/** Answers the one approval that a push of `script` will wait for. */
async function approveNext(stack: Stack): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { stdout } = await stack.holdshort('sam', ['approval', 'list', '--json']);
    const pending = (JSON.parse(stdout) as { id: string; state: string }[]).find(({ state }) => state === 'pending');
    if (pending) {
      expect(said(await stack.holdshort('sam', ['approval', 'approve', pending.id]))).toBe('ok');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('nothing was held');
}
