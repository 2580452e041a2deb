import { fileURLToPath } from 'node:url';
import { said } from '../../harness/execute.js';
import { Stack, calls, type StoredEvent } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';
const PROXY_URL = 'https://api.githubcopilot.com/mcp';
const client = fileURLToPath(new URL('mcp-client.mjs', import.meta.url));
const at = { owner: 'acme', repo: 'app' };

type Call = [name: string, args: Record<string, unknown>];
interface Said {
  tools: string[];
  results: { name: string; isError: boolean; text: string }[];
  unknownMethod: string;
}

const files = (branch: string, path: string): Call => [
  'push_files',
  { ...at, branch, message: `by MCP: ${path}`, files: [{ path, content: 'by MCP\n' }] },
];

describe("GitHub's MCP server through the agent", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'bob', 'sam');
  }, 180_000);
  afterAll(() => stack.stop());

  const ask = async (
    url: string,
    list: Call[],
    headers: Record<string, string> = {},
    login = 'alice',
  ): Promise<Said> => {
    const ran = await stack.run(login, [process.execPath, client, url, JSON.stringify(list), JSON.stringify(headers)], {
      cwd: stack.dir,
    });
    expect(said(ran)).toBe('ok');
    return JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '') as Said;
  };
  const endpoint = (): string => `${stack.dev.agentEndpoint}/mcp`;
  const curl = (script: string, flags?: string[]) =>
    stack.script('alice', script, { cwd: stack.dir, ...(flags ? { flags } : {}) });
  const toolEvents = (events: StoredEvent[], tool: string): StoredEvent[] =>
    calls(events).filter(({ request }) => request?.surface === 'mcp' && request.operation === `tool/${tool}`);
  const mcpRequests = async (since: number) =>
    (await stack.requests(since)).filter(({ path, method }) => path.startsWith('/mcp') && method === 'POST');

  it.each([
    ['the endpoint', endpoint],
    ['the proxy', () => PROXY_URL],
  ])('the MCP SDK reads and pushes to a topic branch through %s', async (way, url) => {
    const branch = way === 'the proxy' ? 'topic/mcp-proxy' : 'topic/mcp-endpoint';
    const { tools, results, unknownMethod } = await ask(url(), [
      ['list_branches', at],
      ['create_branch', { ...at, branch }],
      files(branch, 'mcp.txt'),
      ['get_file_contents', { ...at, path: 'mcp.txt', ref: `refs/heads/${branch}` }],
    ]);
    expect(tools).toContain('push_files');
    expect(results.map(({ name, isError, text }) => [name, isError ? text : 'ok'])).toEqual([
      ['list_branches', 'ok'],
      ['create_branch', 'ok'],
      ['push_files', 'ok'],
      ['get_file_contents', 'ok'],
    ]);
    expect(results[0]?.text).toContain('"main"');
    expect(results[3]?.text).toContain(Buffer.from('by MCP\n').toString('base64'));
    expect(unknownMethod).toContain('is not a resource that Holdshort knows');
    expect(await stack.refs('acme/app')).toHaveProperty(`refs/heads/${branch}`);
  });

  it('shows only tools that policy could allow', async () => {
    const { tools } = await ask(endpoint(), []);
    expect(tools).toEqual(expect.arrayContaining(['get_me', 'push_files', 'merge_pull_request', 'add_issue_comment']));
    // runs of workflows are refused to assistants on every target
    expect(tools.filter((name) => ['run_workflow', 'actions_run_trigger'].includes(name))).toEqual([]);
    // security reads, and writes nothing
    const reader = await ask(PROXY_URL, [], {}, 'sam');
    expect(reader.tools).toEqual([
      'get_me',
      'get_file_contents',
      'list_branches',
      'list_commits',
      'list_pull_requests',
      'list_issues',
    ]);
  });

  it('refuses a push to main as the result of the tool, before GitHub sees it, with the intent of a git push', async () => {
    const before = await stack.refs('acme/app');
    const since = await stack.lastRequest();
    const { results } = await ask(endpoint(), [
      files('main', 'main.txt'),
      files('topic/none', '.github/workflows/x.yml'),
    ]);
    expect(results[0]).toMatchObject({ name: 'push_files', isError: true });
    expect(results[0]?.text).toContain(
      'Holdshort refused this call: Assistants may not change the default branch or a protected branch, by push or by API. Push a topic branch and open a pull request.',
    );
    expect(results[0]?.text).toContain('(policy deny-assistant-protected)');
    expect(results[0]?.text).toMatch(/reason policy_forbids, decision dec_\S+, call [0-9a-f-]{36}/);
    expect(results[1]?.text).toContain('This call needs approval by 1 of group security: http');
    expect(await stack.refs('acme/app')).toEqual(before);
    // initialize, initialized and tools/list reached it; no tool call did
    expect((await mcpRequests(since)).filter(({ body_bytes }) => body_bytes > 400)).toEqual([]);
    expect(await mcpRequests(since)).toHaveLength(3);

    const pushed = await curl(
      `git clone -q ${APP} app && cd app && git config user.email a@b && git config user.name a && git commit -q --allow-empty -m x && git push origin HEAD:main`,
    );
    expect(pushed.code).toBe(1);
    const refusedPush = (all: StoredEvent[]) =>
      calls(all).find(({ outcome, push }) => outcome === 'refused' && push?.[0]?.ref === 'refs/heads/main');
    const events = await stack.events(
      (all) => refusedPush(all) !== undefined && toolEvents(all, 'push_files').length > 0,
    );
    const refused = toolEvents(events, 'push_files').find(
      ({ outcome, target }) => outcome === 'refused' && target?.ref === 'refs/heads/main',
    );
    expect(refused).toMatchObject({
      human: { login: 'alice' },
      target: { repo: 'acme/app', ref: 'refs/heads/main' },
      decision: { effect: 'deny', rules: refusedPush(events)?.decision?.rules },
    });
    expect(refused?.request?.intents).toEqual(refusedPush(events)?.request?.intents);
    expect(refused?.request?.intents).toEqual(['ref.update']);
  });

  it("opens the server's own stream at once, and records it when the client has heard enough", async () => {
    const ran = await curl(
      'curl -sSN --max-time 3 -H "Accept: text/event-stream" -H "Authorization: Bearer $GH_TOKEN" $HOLDSHORT_AGENT_ENDPOINT/mcp | head -1',
    );
    expect(ran.stdout).toBe(': listening\n');
    const of = (all: StoredEvent[]) => calls(all).filter(({ request }) => request?.operation === 'mcp/stream');
    const events = of(await stack.events((all) => of(all).length > 0));
    expect(events.map(({ outcome }) => outcome)).toEqual(events.map(() => 'success'));
  });

  it('records a push that landed in two phases, with the lease of its repository', async () => {
    const events = await stack.events((all) =>
      toolEvents(all, 'push_files').some(({ outcome }) => outcome === 'success'),
    );
    const landed = toolEvents(events, 'push_files').find(({ outcome }) => outcome === 'success');
    expect(landed).toMatchObject({
      phase: 'outcome',
      target: { repo: 'acme/app', ref: 'refs/heads/topic/mcp-endpoint' },
      request: { intents: ['ref.update'] },
      lease: { repositories: ['acme/app'], permissions: { contents: 'write' } },
    });
    const attempt = events.find(
      ({ correlation_id, phase }) => correlation_id === landed?.correlation_id && phase === 'attempt',
    );
    expect(attempt?.request?.operation).toBe('tool/push_files');
  });

  it.each<[string, Call, string]>([
    ['an unknown tool', ['format_disk', at], 'is not one that Holdshort knows'],
    [
      'a file on main',
      ['create_or_update_file', { ...at, branch: 'main', path: 'a', content: 'a', message: 'a' }],
      'deny-assistant-protected',
    ],
    [
      'a deletion on main',
      ['delete_file', { ...at, branch: 'refs/heads/main', path: 'README.md', message: 'a' }],
      'deny-assistant-protected',
    ],
    [
      'main under another spelling',
      ['create_or_update_file', { ...at, Branch: 'main', branch: 'topic/x', path: 'a' }],
      'cannot be read in only one way',
    ],
    [
      'a workflow run',
      ['actions_run_trigger', { ...at, method: 'run_workflow', workflow_id: 'ci.yml', ref: 'main' }],
      'deny-assistant-run',
    ],
    [
      'a ruleset',
      ['create_repository_ruleset', { ...at, level: 'repository', name: 'x', enforcement: 'disabled', rules: [] }],
      'deny-administration',
    ],
    ['the end of a repository', ['delete_repository', at], 'deny-administration|deny-destruction'],
    ['security findings', ['list_dependabot_alerts', at], 'deny-secretful'],
    [
      "another organisation's repository",
      ['get_file_contents', { owner: 'other', repo: 'private', path: 'README.md' }],
      'Holdshort refused',
    ],
  ])('refuses %s', async (_what, call, why) => {
    const since = await stack.lastRequest();
    const { results } = await ask(endpoint(), [call]);
    expect(results[0]?.isError).toBe(true);
    expect(results[0]?.text).toMatch(new RegExp(why));
    expect(await mcpRequests(since)).toHaveLength(3);
  });

  it('refuses a change over a read-only address and by header, and lets reads through', async () => {
    for (const [url, headers] of [
      [`${endpoint()}/readonly`, {}],
      [endpoint(), { 'X-MCP-Readonly': 'true' }],
      [`${endpoint()}/x/repos/readonly`, {}],
    ] as const) {
      const { results } = await ask(url, [['list_branches', at], files('topic/mcp-endpoint', 'ro.txt')], headers);
      expect(results.map(({ isError }) => isError)).toEqual([false, true]);
      expect(results[1]?.text).toContain('this connection is read-only');
    }
  });

  it('refuses a batch as a whole when one of its calls is refused', async () => {
    const message = (id: number, [name, args]: Call) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name, arguments: args },
    });
    const batch = [message(1, ['list_branches', at]), message(2, files('main', 'batch.txt'))];
    await stack.write('batch.json', JSON.stringify(batch));
    const since = await stack.lastRequest();
    const ran = await curl(
      'curl -sS -H "Authorization: Bearer $GH_TOKEN" -H "Content-Type: application/json" --data @batch.json $HOLDSHORT_AGENT_ENDPOINT/mcp',
    );
    const answers = JSON.parse(ran.stdout) as {
      id: number;
      result: { isError: boolean; content: { text: string }[] };
    }[];
    expect(answers.map(({ id, result }) => [id, result.isError])).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(answers[1]?.result.content[0]?.text).toContain('deny-assistant-protected');
    expect(await stack.requests(since)).toEqual(
      (await stack.requests(since)).filter(({ path }) => !path.startsWith('/mcp')),
    );
    const events = await stack.events((all) =>
      all.some(({ request }) => request?.operation === 'tool/list_branches+tool/push_files'),
    );
    const recorded = events.filter(({ request }) => request?.operation === 'tool/list_branches+tool/push_files');
    expect(recorded.at(-1)).toMatchObject({ outcome: 'refused', request: { intents: ['repo.read', 'ref.update'] } });
  });

  it.each([
    ['no JSON', '{"jsonrpc":'],
    ['a name twice', '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'],
    ['a method of no protocol', '{"jsonrpc":"2.0","id":1,"method":"shell/run"}'],
    ['an empty batch', '[]'],
  ])('refuses %s with a JSON-RPC error', async (_what, text) => {
    await stack.write('body.json', text);
    const ran = await curl(
      'curl -sS -H "Authorization: Bearer $GH_TOKEN" --data @body.json $HOLDSHORT_AGENT_ENDPOINT/mcp',
    );
    const { jsonrpc, error } = JSON.parse(ran.stdout) as { jsonrpc: string; error: { message: string } };
    expect(jsonrpc).toBe('2.0');
    expect(error.message).toContain('Holdshort refused this call');
  });

  describe('model traffic', () => {
    it('passes events as they come, and is one event of the trail', async () => {
      const ran = await curl(
        `curl -sSN -H "Authorization: Bearer $GH_TOKEN" -d '{"stream":true,"messages":[]}' https://api.githubcopilot.com/chat/completions | while IFS= read -r line; do [ -z "$line" ] || echo "$(date +%s%3N) $line"; done`,
      );
      expect(said(ran)).toBe('ok');
      const lines = ran.stdout.trim().split('\n');
      expect(lines).toHaveLength(5);
      expect(lines.at(-1)).toContain('data: [DONE]');
      const times = lines.map((line) => Number(line.split(' ')[0]));
      // the stand-in pauses 150 ms between events: held back, they would all come together
      expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(150);
      const of = (all: StoredEvent[]) =>
        calls(all).filter(({ request }) => request?.operation === 'copilot/chat-completions');
      const events = of(await stack.events((all) => of(all).length > 0));
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({
        outcome: 'success',
        human: { login: 'alice' },
        request: { surface: 'copilot', intents: ['model.call'] },
      });
    });

    it('goes by the endpoint as well, and unknown calls there are refused with 422', async () => {
      const models = await curl(
        'curl -sS -H "Authorization: Bearer $GH_TOKEN" $HOLDSHORT_AGENT_ENDPOINT/copilot/models',
      );
      expect(JSON.parse(models.stdout)).toMatchObject({ data: [{ id: 'standin-1' }] });
      const refused = await curl(
        `curl -sS -w '\\n%{http_code}' -H "Authorization: Bearer $GH_TOKEN" -d '{}' $HOLDSHORT_AGENT_ENDPOINT/copilot/models/standin-1/policy`,
      );
      const [body = '', status] = refused.stdout.split('\n');
      expect(status).toBe('422');
      expect(JSON.parse(body)).toMatchObject({ error: { code: 'operation_unknown' } });
      expect((JSON.parse(body) as { error: { message: string } }).error.message).toContain(
        'POST /models/standin-1/policy on api.githubcopilot.com is not a Copilot call that Holdshort knows',
      );
    });

    it("refuses the coding agent's jobs to assistants", async () => {
      const ran = await curl(
        'curl -sS -H "Authorization: Bearer $GH_TOKEN" -d "{}" https://api.githubcopilot.com/agents/swe/v1/jobs/acme/app',
      );
      expect(ran.stdout).toContain('deny-assistant-run');
    });

    it("exchanges no token: Copilot's own stays outside, the session's stands in its place", async () => {
      const ran = await curl('curl -sS https://api.github.com/copilot_internal/v2/token; echo; echo $GH_TOKEN');
      const [body = '', credential] = ran.stdout.trim().split('\n');
      expect((JSON.parse(body) as { token: string }).token).toBe(credential);
      const user = await curl('curl -sS https://api.github.com/copilot_internal/user');
      expect(JSON.parse(user.stdout)).toMatchObject({ copilot_plan: 'business' });
    });
  });
});
