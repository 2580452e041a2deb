import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../program.js';

describe('holdshort operation explain', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'holdshort-explain-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(dir, name), text);
    return path.join(dir, name);
  };

  async function explain(...args: string[]): Promise<{ code: number; out: string }> {
    const out: string[] = [];
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
    const code = await runCli({ args: ['operation', 'explain', ...args], env: { HOME: dir }, cwd: dir, terminal });
    return { code, out: out.join('\n') };
  }

  it('says what a REST call would do, in words', async () => {
    const body = file('body.json', '{"message":"m","content":"","branch":"topic/x"}');
    expect(await explain('PUT /repos/acme/app/contents/a/b.txt', '--body', body)).toEqual({
      code: 0,
      out: [
        'operation   repos/create-or-update-file-contents',
        'surface     rest',
        'class       write',
        'intent      ref.update on acme/app refs/heads/topic/x files a/b.txt',
        'permissions metadata:read, contents:write',
      ].join('\n'),
    });
  });

  it('says that a missing branch is the default branch', async () => {
    const { out } = await explain('PUT /repos/acme/app/contents/x');
    expect(out).toContain('ref.update on acme/app files x (the default branch, unless the body names another)');
  });

  it('takes a GraphQL document with variables, as JSON', async () => {
    const document = file(
      'd.graphql',
      'mutation($i: MergePullRequestInput!) { mergePullRequest(input: $i) { clientMutationId } }',
    );
    const { code, out } = await explain(
      '--graphql',
      document,
      '--variables',
      file('v.json', '{"i":{"pullRequestId":"PR_1"}}'),
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      id: 'mutation/mergePullRequest',
      class: 'write',
      intents: [{ action: 'pull.merge', target: { nodeId: 'PR_1' } }],
      permissions: { contents: 'write', pull_requests: 'write' },
    });
  });

  it('takes a message to the MCP server, and refuses an unknown tool', async () => {
    const message = (name: string): string =>
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: {
          name,
          arguments: { owner: 'acme', repo: 'app', branch: 'main', message: 'm', files: [{ path: 'a', content: '' }] },
        },
      });
    expect((await explain('--mcp', file('push.json', message('push_files')))).out).toContain(
      'ref.update on acme/app refs/heads/main files a',
    );
    expect(await explain('--mcp', file('x.json', message('no_such_tool')))).toMatchObject({
      code: 1,
      out: expect.stringContaining('operation_unknown'),
    });
  });

  it('takes a push by its URL, and by its path', async () => {
    for (const target of ['https://github.com/acme/app.git/git-receive-pack', '/acme/app.git/git-receive-pack']) {
      expect((await explain(`POST ${target}`)).out).toContain('operation   git/receive-pack\nsurface     git\n');
    }
  });

  it.each([
    ['GET /no/such/thing', 'operation_unknown'],
    ['GET /repos/acme%2fapp/app', 'request_malformed'],
    ['GET https://api.github.com/repos/acme/../app', 'request_malformed'],
  ])('refuses %s with its reason', async (call, reason) => {
    const { code, out } = await explain(call, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ refused: { code: reason } });
  });

  it('asks for a call where there is none', async () => {
    expect(await explain()).toMatchObject({ code: 1, out: expect.stringContaining('Name a call') });
    expect(await explain('nonsense')).toMatchObject({ code: 1, out: expect.stringContaining('a method and a path') });
  });
});
