import type { Intent } from '../operation.js';
import { permissionsOf } from '../permissions-of.js';
import { classifyMcp, type McpCall } from './classify-mcp.js';

const CALL: McpCall = { host: 'api.githubcopilot.com', method: 'POST', path: '/mcp', headers: {} };
const at = { owner: 'acme', repo: 'app' };

const message = (method: string, params?: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params });
const tool = (name: unknown, args: unknown = at) => message('tools/call', { name, arguments: args });

const target = ({ owner, repo, account, ref, number, paths, nodeId }: Intent['target']): string =>
  [
    nodeId ?? (repo ? `${String(owner)}/${repo}` : (owner ?? (account ? '@' : ''))),
    ...(ref ? [ref] : []),
    ...(number ? [`#${number}`] : []),
    ...(paths ? [paths.join(',')] : []),
  ].join(' ');

/** `id: action target; ...`, or the code of the refusal. */
function classified(call: Partial<McpCall>): string {
  const result = classifyMcp({ ...CALL, ...call });
  if ('refusal' in result) return result.refusal.code;
  const { id, intents } = result.operation;
  return `${id}: ${intents.map((intent) => `${intent.action} ${target(intent.target)}`).join('; ')}`;
}

type Row = [name: string, args: Record<string, unknown>, expected: string];
const MAIN = { ...at, branch: 'main' };

const TOOL_ROWS: Row[] = [
  ['push_files', { ...MAIN, files: [{ path: 'a' }, { path: 'b/c' }] }, 'ref.update acme/app refs/heads/main a,b/c'],
  ['push_files', { ...MAIN, branch: 'refs/heads/main', files: [] }, 'ref.update acme/app refs/heads/main '],
  ['create_or_update_file', { ...MAIN, path: 'a' }, 'ref.update acme/app refs/heads/main a'],
  ['delete_file', { ...MAIN, path: 'a' }, 'ref.update acme/app refs/heads/main a'],
  ['create_branch', { ...at, branch: 'topic/x' }, 'ref.create acme/app refs/heads/topic/x'],
  ['merge_pull_request', { ...at, pullNumber: 7 }, 'pull.merge acme/app #7'],
  [
    'update_pull_request_branch',
    { ...at, pullNumber: 7 },
    'pull.update acme/app #7; ref.update acme/app refs/pull/7/head',
  ],
  ['create_pull_request', { ...at, head: 'x', base: 'main' }, 'pull.open acme/app'],
  [
    'pull_request_read',
    { ...at, method: 'get_status', pullNumber: 7 },
    'pull.read acme/app #7; status.read acme/app #7',
  ],
  [
    'pull_request_review_write',
    { ...at, method: 'resolve_thread', pullNumber: 7, threadId: 'PRRT_1' },
    'pull.review acme/app #7; pull.review PRRT_1',
  ],
  [
    'issue_write',
    { ...at, method: 'create', parent_owner: 'o', parent_repo: 'p' },
    'issue.write acme/app; issue.write o/p',
  ],
  ['actions_run_trigger', { ...at, method: 'run_workflow' }, 'workflow.run acme/app'],
  ['actions_run_trigger', { ...at, method: 'delete_workflow_run_logs' }, 'workflow.admin acme/app'],
  ['assign_copilot_to_issue', { ...at, issue_number: 3 }, 'issue.write acme/app #3; workflow.run acme/app #3'],
  ['create_repository_ruleset', { ...at, level: 'repository' }, 'protection.update acme/app'],
  ['create_repository_ruleset', { org: 'acme', level: 'organization' }, 'org.admin acme'],
  ['create_repository', { name: 'x', organization: 'acme' }, 'repo.create acme'],
  ['delete_repository', at, 'repo.delete acme/app'],
  ['search_code', { query: 'x repo:acme/app' }, 'repo.read acme/app'],
  ['search_issues', { query: 'x', ...at }, 'repo.read acme/app'],
  ['search_issues', { query: 'x repo:other/private', ...at }, 'repo.read acme/app; repo.read other/private'],
  ['discussion_comment_write', { method: 'delete', commentNodeID: 'DC_1' }, 'discussion.write DC_1'],
  [
    'projects_write',
    { owner: 'acme', method: 'x', item_owner: 'o', item_repo: 'p' },
    'project.write acme; issue.read o/p',
  ],
  ['get_me', {}, 'account.read @'],
];

const REFUSED_TOOLS: [what: string, name: unknown, args: unknown, code: string][] = [
  ['an unknown tool', 'format_disk', at, 'operation_unknown'],
  ['a name of Object', 'constructor', at, 'operation_unknown'],
  ['no name', undefined, at, 'operation_unknown'],
  ['an unknown method', 'actions_run_trigger', { ...at, method: 'approve' }, 'operation_unknown'],
  ['a method of Object', 'issue_write', { ...at, method: 'toString' }, 'operation_unknown'],
  ['no method', 'issue_write', at, 'target_unresolved'],
  ['no branch', 'push_files', { ...at, files: [] }, 'target_unresolved'],
  ['no repository', 'list_branches', {}, 'target_unresolved'],
  ['a branch that is a tag', 'push_files', { ...at, branch: 'refs/tags/v1', files: [] }, 'request_malformed'],
  ['a branch that is no name', 'create_branch', { ...at, branch: 'a..b' }, 'request_malformed'],
  ['arguments as a list', 'list_branches', [at], 'request_malformed'],
  ['a repository with a slash', 'list_branches', { owner: 'acme', repo: 'a/../b' }, 'request_malformed'],
  ['a branch twice, to Go', 'push_files', { ...MAIN, Branch: 'x', files: [] }, 'request_malformed'],
  ['a branch in capitals, to Go', 'create_repository', { name: 'x', Organization: 'acme' }, 'request_malformed'],
  ['a file without a path', 'push_files', { ...MAIN, files: [{ content: '' }] }, 'request_malformed'],
  [
    'a file with two paths, to Go',
    'push_files',
    { ...MAIN, files: [{ path: 'a', Path: '.github/x' }] },
    'request_malformed',
  ],
  ['files as text', 'push_files', { ...MAIN, files: 'a' }, 'request_malformed'],
  ['a pull request by text', 'merge_pull_request', { ...at, pullNumber: '7' }, 'request_malformed'],
  ['a search over everything', 'search_code', { query: 'password' }, 'operation_unknown'],
];

describe('classifyMcp', () => {
  it.each(TOOL_ROWS)('tool %s %j', (name, args, expected) => {
    expect(classified({ body: tool(name, args) })).toBe(`tool/${name}: ${expected}`);
  });

  it.each(REFUSED_TOOLS)('refuses a tool call with %s', (_what, name, args, code) => {
    expect(classified({ body: tool(name, args) })).toBe(code);
  });

  it.each<[string, unknown, string]>([
    ['initialize', message('initialize', {}), 'mcp/initialize: metadata.read @'],
    ['ping without params', { jsonrpc: '2.0', id: 'a', method: 'ping' }, 'mcp/ping: metadata.read @'],
    ['tools/list', message('tools/list'), 'mcp/tools/list: metadata.read @'],
    [
      'a notification',
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      'mcp/notifications/initialized: metadata.read @',
    ],
    ['an empty answer', { jsonrpc: '2.0', id: 4, result: {} }, 'mcp/response: metadata.read @'],
    [
      'a file as resource',
      message('resources/read', { uri: 'repo://acme/app/contents/a' }),
      'mcp/resources/read: repo.read acme/app',
    ],
    [
      'a completion',
      message('completion/complete', { context: { arguments: at } }),
      'mcp/completion/complete: repo.read acme/app',
    ],
    ['another kind of resource', message('resources/read', { uri: 'file:///etc/passwd' }), 'operation_unknown'],
    ['a resource with a user', message('resources/read', { uri: 'repo://a@b/app/contents' }), 'operation_unknown'],
    ['an unknown method', message('tools/run'), 'operation_unknown'],
    ['a filled answer', { jsonrpc: '2.0', id: 4, result: { action: 'accept' } }, 'operation_unknown'],
    [
      'a tool call as notification',
      { jsonrpc: '2.0', method: 'tools/call', params: { name: 'get_me' } },
      'request_malformed',
    ],
    ['a fractional id', message('ping', {}, 1.5), 'request_malformed'],
    ['no version', { id: 1, method: 'ping' }, 'request_malformed'],
    ['a second method, to Go', { ...message('ping'), Method: 'tools/call' }, 'request_malformed'],
    ['a task', message('tools/call', { name: 'get_me', task: {} }), 'request_malformed'],
    ['a text', 'ping', 'request_malformed'],
    ['nothing', undefined, 'request_malformed'],
    ['an empty batch', [], 'request_malformed'],
    ['a long batch', Array.from({ length: 11 }, () => message('ping')), 'request_malformed'],
    ['a batch', [tool('get_me', {}), message('ping')], 'tool/get_me+mcp/ping: account.read @; metadata.read @'],
    ['a batch with one unknown', [message('ping'), tool('x')], 'operation_unknown'],
  ])('message: %s', (_what, body, expected) => {
    expect(classified({ body })).toBe(expected);
  });

  const read = tool('list_branches');
  const write = tool('create_branch', { ...at, branch: 'x' });
  const OPEN = 'tool/create_branch: ref.create acme/app refs/heads/x';
  it.each<[string, Record<string, string>, unknown, string]>([
    ['/mcp', {}, write, OPEN],
    ['/mcp/', {}, write, OPEN],
    ['/mcp/insiders', {}, write, OPEN],
    ['/mcp/x/repos', {}, write, OPEN],
    ['/mcp/x/all', {}, write, OPEN],
    ['/mcp', { 'x-mcp-readonly': 'off' }, write, OPEN],
    ['/mcp', { 'x-mcp-toolsets': 'issues, default' }, write, OPEN],
    ['/mcp', { 'x-mcp-tools': 'create_branch' }, write, OPEN],
    ['/mcp/readonly', {}, read, 'tool/list_branches: repo.read acme/app'],
    ['/mcp/readonly', {}, write, 'operation_unknown'],
    ['/mcp/x/repos/readonly', {}, write, 'operation_unknown'],
    ['/mcp/x/repos/insiders/readonly', {}, write, 'operation_unknown'],
    ['/mcp', { 'x-mcp-readonly': 'yes' }, write, 'operation_unknown'],
    ['/mcp/x/issues', {}, write, 'operation_unknown'],
    ['/mcp', { 'x-mcp-toolsets': 'issues' }, write, 'operation_unknown'],
    ['/mcp', { 'x-mcp-tools': 'list_branches' }, write, 'operation_unknown'],
    ['/mcp/x/unheard_of', {}, read, 'operation_unknown'],
    ['/mcp/other', {}, read, 'operation_unknown'],
    ['/mcp/readonly/../', {}, read, 'operation_unknown'],
  ])('address %s %j', (path, headers, body, expected) => {
    expect(classified({ path, headers, body })).toBe(expected);
  });

  it('knows the connection itself, and refuses other methods, hosts and queries', () => {
    expect(classified({ method: 'GET' })).toBe('mcp/stream: metadata.read @');
    expect(classified({ method: 'DELETE' })).toBe('mcp/close: metadata.read @');
    expect(classified({ host: 'api.business.githubcopilot.com', body: read })).toContain('repo.read');
    expect(classified({ method: 'PUT', body: read })).toBe('operation_unknown');
    expect(classified({ query: 'readonly=0', body: read })).toBe('operation_unknown');
    expect(classified({ host: 'copilot-proxy.githubusercontent.com', body: read })).toBe('operation_unknown');
    expect(classified({ host: 'api.evil.example', body: read })).toBe('operation_unknown');
  });

  it('asks for the permissions of a push where it is one, workflows included', () => {
    const permissions = (path: string) => {
      const result = classifyMcp({ ...CALL, body: tool('push_files', { ...MAIN, files: [{ path }] }) });
      return 'operation' in result ? permissionsOf(result.operation) : result.refusal;
    };
    expect(permissions('a')).toEqual({ metadata: 'read', contents: 'write' });
    expect(permissions('.github/workflows/x.yml')).toMatchObject({ workflows: 'write' });
  });
});
