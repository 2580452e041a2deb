import { crc32 } from 'node:zlib';
import { said, type Ran } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A personal token of GitHub's form, whole with its checksum (30 digits, then their CRC32 in base 62); never issued. */
function token(seed: number): string {
  const body = Array.from({ length: 30 }, (_, n) => DIGITS[(seed * 7919 + n * n * 31 + n * 17) % 62] ?? '').join('');
  let rest = crc32(body);
  let check = '';
  for (; rest > 0; rest = Math.floor(rest / 62)) check = (DIGITS[rest % 62] ?? '') + check;
  return ['ghp', body + check.padStart(6, '0')].join('_');
}

/** Before each: a clone on a new branch `B` of main. `S` is a secret, `T` a file that is not one. */
const SECRETS: readonly (readonly [where: string, script: string])[] = [
  ['a file', 'echo "key: S" > a.yml && git add . && git commit -qm a && git push -q origin HEAD:B'],
  [
    'an old commit of several',
    'echo "S" > a && git add . && git commit -qm a && git rm -q a && git commit -qm b && echo x > c && git add . && git commit -qm c && git push -q origin HEAD:B',
  ],
  ['the message of an annotated tag', 'git tag -a tB -m "deploy with S" && git push -q origin refs/tags/tB'],
  ['a tagged blob', 'git tag bB $(echo "S" | git hash-object -w --stdin) && git push -q origin refs/tags/bB'],
  ['a note', 'git notes --ref B add -m "S" HEAD && git push -q origin refs/notes/B'],
  [
    'an orphan branch',
    'git checkout -q --orphan oB && git rm -qrf . && echo "S" > only.txt && git add . && git commit -qm o && git push -q origin oB:B',
  ],
  [
    'a file that is renamed later',
    'echo "S" > one && git add . && git commit -qm a && git mv one two && git commit -qm b && git push -q origin HEAD:B',
  ],
  [
    'UTF-16',
    'printf "key=%s\\n" "S" | iconv -t UTF-16 > wide.txt && git add . && git commit -qm w && git push -q origin HEAD:B',
  ],
  [
    'UTF-16 without a mark of its order',
    'printf "key=%s\\n" "S" | iconv -t UTF-16BE > wide.txt && git add . && git commit -qm w && git push -q origin HEAD:B',
  ],
  [
    'a line of 5 MB',
    `head -c 2500000 /dev/zero | tr '\\0' x > min.js && printf ';k="%s";' "S" >> min.js && head -c 2500000 /dev/zero | tr '\\0' y >> min.js && git add . && git commit -qm m && git push -q origin HEAD:B`,
  ],
  ['a commit message', 'git commit -q --allow-empty -m "use S for now" && git push -q origin HEAD:B'],
  ['the author of a commit', 'git -c user.name="S" commit -q --allow-empty -m a && git push -q origin HEAD:B'],
  ['the name of a file', 'echo x > "S.txt" && git add . && git commit -qm n && git push -q origin HEAD:B'],
  ['the name of a folder', 'mkdir "S" && echo x > "S/f" && git add . && git commit -qm n && git push -q origin HEAD:B'],
  ['the name of a branch', 'git commit -q --allow-empty -m x && git push -q origin "HEAD:B-S"'],
  [
    'a file behind attributes',
    'echo "*.dat binary -diff -text export-ignore linguist-generated" > .gitattributes && echo "S" > x.dat && git add . && git commit -qm g && git push -q origin HEAD:B',
  ],
  [
    'bytes that are no text',
    'head -c 3000 /dev/urandom > image.png && printf "S" >> image.png && head -c 3000 /dev/urandom >> image.png && git add . && git commit -qm i && git push -q origin HEAD:B',
  ],
  [
    'the second parent of a merge',
    'git checkout -q -b sB && echo "S" > s && git add . && git commit -qm s && git rm -q s && git commit -qm gone && git checkout -q -b mB origin/main && git commit -q --allow-empty -m m && git merge -q --no-ff -m merge sB && git push -q origin HEAD:B',
  ],
  [
    'a merge that neither parent has',
    'git checkout -q -b s1B && git commit -q --allow-empty -m s && git checkout -q -b m1B origin/main && git commit -q --allow-empty -m m && git merge -q --no-ff --no-commit s1B; echo "S" > evil && git add . && git commit -qm merge && git push -q origin HEAD:B',
  ],
  ['the target of a symlink', 'ln -s "S" link && git add . && git commit -qm l && git push -q origin HEAD:B'],
];

const PATHS: readonly (readonly [what: string, script: string])[] = [
  [
    'a workflow hidden in a merge',
    'git checkout -q -b wB && git commit -q --allow-empty -m w && git checkout -q -b nB origin/main && git commit -q --allow-empty -m n && git merge -q --no-ff --no-commit wB; mkdir -p .github/workflows && echo "on: push" > .github/workflows/m.yml && git add . && git commit -qm merge && git push origin HEAD:B',
  ],
  [
    'a workflow added and taken away again',
    'mkdir -p .github/workflows && echo "on: push" > .github/workflows/t.yml && git add . && git commit -qm a && git rm -q .github/workflows/t.yml && git commit -qm b && git push origin HEAD:B',
  ],
  [
    'a submodule in the place of workflows',
    'git rm -rq .github/workflows; git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),.github/workflows && git commit -qm s && git push origin HEAD:B',
  ],
  [
    'a symlink in the place of .github',
    'git rm -rq .github && mkdir -p other/workflows && echo "on: push" > other/workflows/x.yml && ln -s other .github && git add . && git commit -qm l && git push origin HEAD:B',
  ],
  [
    'another case',
    'git update-index --add --cacheinfo 100644,$(echo x | git hash-object -w --stdin),.GitHub/WorkFlows/x.yml && git commit -qm c && git push origin HEAD:B',
  ],
  [
    'another spelling in Unicode',
    `git update-index --add --cacheinfo 100644,$(echo x | git hash-object -w --stdin),"$(printf '.github/work\\357\\254\\202ows/x.yml')" && git commit -qm u && git push origin HEAD:B`,
  ],
  [
    'a renamed workflow',
    'git mv $(git ls-files .github/workflows | head -1) notes.yml && git commit -qm r && git push origin HEAD:B',
  ],
  [
    "somebody's workflow, by a branch at their commit",
    'git push origin $(git commit-tree $(git rev-parse HEAD^{tree}) -p HEAD -m x):refs/heads/wip/B-plain && mkdir -p .github/workflows && echo "on: push" > .github/workflows/s.yml && git add . && git commit -qm s && git push origin HEAD:B',
  ],
];

describe('evasions', () => {
  let stack: Stack;
  let n = 0;
  beforeAll(async () => {
    stack = await Stack.start({
      env: { HOLDSHORT_AGENT_API_HOLD_SECONDS: '1', HOLDSHORT_AGENT_HOLD_WINDOW_SECONDS: '2' },
    });
    await stack.signIn('alice', 'sam');
    const ran = await stack.script(
      'alice',
      `git clone -q ${APP} app && cd app && git config user.email a@b && git config user.name a`,
      { cwd: stack.dir },
    );
    expect(said(ran)).toBe('ok');
  }, 180_000);
  afterAll(() => stack.stop());

  const inApp = (script: string, secret: string): Promise<Ran> => {
    n += 1;
    const text = script
      .replaceAll('"S"', `"${secret}"`)
      .replaceAll(/\bS\b/g, secret)
      .replaceAll('HEAD:B', 'HEAD:refs/heads/wip/B')
      .replaceAll(':B ', ':refs/heads/wip/B ')
      .replace(/:B$/, ':refs/heads/wip/B')
      .replaceAll(/B\b(?=[^a-z_]|$)/g, `b${String(n)}`);
    return stack.script(
      'alice',
      `git fetch -q origin && git reset -q --hard && git clean -qfd && git checkout -q --detach origin/main && ${text}`,
      { cwd: stack.workFile('app') },
    );
  };

  it.each(SECRETS)('finds a secret in %s', async (_where, script) => {
    const secret = token(n + 1);
    const before = await stack.refs('acme/app');
    const since = await stack.lastRequest();
    const ran = await inApp(script, secret);
    expect([ran.code, ran.text]).not.toEqual([0, ran.text]);
    expect(ran.text).toContain('holdshort: refused: The change contains a secret.');
    expect(ran.text).toMatch(/holdshort: found .*GitHub.*\(rule [a-z0-9-]+/);
    expect(ran.text.replaceAll(new RegExp(`(wip/|refs/heads/|-> |heads/).*${secret}.*`, 'g'), '')).not.toContain(
      secret,
    );
    expect(await stack.refs('acme/app')).toEqual(before);
    expect((await stack.requests(since)).filter(({ path }) => path.endsWith('git-receive-pack'))).toEqual([]);
  });

  it('finds one in an object of Git LFS', async () => {
    const secret = token(900);
    const ran = await inApp(
      `git lfs install --local >/dev/null && git lfs track "*.bin" >/dev/null && printf 'x %s x' "S" > big.bin && git add . && git commit -qm lfs && git push origin HEAD:B`,
      secret,
    );
    expect(ran.text).toContain('The change contains a secret.');
    expect(ran.code).not.toBe(0);
  });

  it.each([
    [
      'a file by REST',
      `curl -sS -X PUT https://api.github.com/repos/acme/app/contents/a.txt -d '{"message":"m","branch":"wip/x","content":"BASE64"}'`,
    ],
    [
      'a blob',
      `curl -sS https://api.github.com/repos/acme/app/git/blobs -d '{"encoding":"base64","content":"BASE64"}'`,
    ],
    [
      'a tree',
      `curl -sS https://api.github.com/repos/acme/app/git/trees -d '{"tree":[{"path":"a","mode":"100644","type":"blob","content":"x SECRET"}]}'`,
    ],
    ['an issue', `curl -sS https://api.github.com/repos/acme/app/issues -d '{"title":"t","body":"use SECRET"}'`],
    [
      'an issue with escapes',
      `curl -sS https://api.github.com/repos/acme/app/issues -d '{"title":"t","body":"use ESCAPED"}'`,
    ],
    ['a comment', `curl -sS https://api.github.com/repos/acme/app/issues/1/comments -d '{"body":"SECRET"}'`],
    [
      'a commit by GraphQL',
      `curl -sS https://api.github.com/graphql -d '{"query":"mutation($i: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $i) { clientMutationId } }","variables":{"i":{"branch":{"repositoryNameWithOwner":"acme/app","branchName":"wip/x"},"expectedHeadOid":"1","message":{"headline":"h"},"fileChanges":{"additions":[{"path":"a","contents":"BASE64"}]}}}}'`,
    ],
    [
      'push_files',
      `curl -sS -H "Authorization: Bearer $GH_TOKEN" $HOLDSHORT_AGENT_ENDPOINT/mcp -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"push_files","arguments":{"owner":"acme","repo":"app","branch":"wip/x","message":"m","files":[{"path":"a","content":"SECRET"}]}}}'`,
    ],
  ])('finds one in %s', async (_what, script) => {
    const secret = token(901);
    const since = await stack.lastRequest();
    const escaped = Array.from(secret, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    const base64 = Buffer.from(`key = ${secret}\n`).toString('base64');
    const ran = await stack.script(
      'alice',
      script.replace('SECRET', secret).replace('BASE64', base64).replace('ESCAPED', escaped),
      { cwd: stack.dir },
    );
    expect(ran.stdout).toContain('The change contains a secret.');
    expect(ran.stdout).not.toContain(secret);
    expect(
      (await stack.requests(since)).filter(
        ({ method, path }) =>
          !['GET', 'HEAD'].includes(method) && !/access_tokens$|upload-pack$|^\/graphql$/.test(path),
      ),
    ).toEqual([]);
  });

  it.each(PATHS)('holds %s', async (_what, script) => {
    const ran = await inApp(script, 'none');
    expect(ran.code).not.toBe(0);
    expect(ran.text).toContain('This call needs approval by 1 of group security');
  });

  it('sees the deletion of CODEOWNERS, and a force push in two commands', async () => {
    const gone = await inApp(
      'git rm -q $(git ls-files | grep -i codeowners) && git commit -qm gone && git push -q origin HEAD:B',
      'none',
    );
    expect(said(gone)).toBe('ok');
    const events = await stack.events((all) =>
      all.some(({ push }) => push?.some(({ path_classes: classes }) => classes?.includes('codeowners'))),
    );
    expect(
      calls(events).some(({ push }) => push?.some(({ path_classes: classes }) => classes?.includes('codeowners'))),
    ).toBe(true);
    const forced = await inApp(
      'git push -q origin HEAD:refs/heads/topic/two && git push origin :refs/heads/topic/two',
      'none',
    );
    expect(forced.code).not.toBe(0);
    expect(forced.text).toContain('deny-force-or-delete');
  });

  it('holds text that readers do not see in what assistants obey', async () => {
    const ran = await inApp(
      `printf 'Be kind.\\xf3\\xa0\\x81\\xa9\\xf3\\xa0\\x81\\xa7\\xf3\\xa0\\x81\\xae\\xf3\\xa0\\x81\\xaf\\xf3\\xa0\\x81\\xb2\\xf3\\xa0\\x81\\xa5\\n' > AGENTS.md && git add . && git commit -qm a && git push origin HEAD:B`,
      'none',
    );
    expect(ran.code).not.toBe(0);
    expect(ran.text).toContain('text that a reader does not see');
  });

  it('keeps no secret in any event, and names rule, path and line', async () => {
    const events = await stack.events((all) =>
      all.some(({ findings }) => findings?.some(({ path, line }) => path === 'a.yml' && line === 1)),
    );
    const text = JSON.stringify(events);
    const leaked = [...Array(SECRETS.length + 1).keys(), 899, 900].filter((seed) => text.includes(token(seed + 1)));
    expect(leaked).toEqual([]);
  });
});
