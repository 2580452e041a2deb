import { classifyMcp } from './classify-mcp.js';
import { DOCUMENTED_TOOLS } from './documented-tools.js';
import { TOOLS } from './tools.js';

/** Arguments with which every tool can be told what it does. */
const ARGUMENTS = {
  ...{
    owner: 'acme',
    repo: 'app',
    org: 'acme',
    branch: 'topic',
    path: 'a.txt',
    files: [{ path: 'a.txt', content: '' }],
  },
  ...{ pullNumber: 1, issue_number: 1, query: 'x repo:acme/app', level: 'repository' },
};

/** Every way to call a tool: each value of its `method` or `level`. */
function ways(name: string): [string, Record<string, unknown>][] {
  const choice = TOOLS.get(name)?.choice;
  if (!choice) return [[name, ARGUMENTS]];
  return Object.keys(choice.actions).map((value) => [`${name} ${value}`, { ...ARGUMENTS, [choice.argument]: value }]);
}

function operationOf(name: string, args: Record<string, unknown>) {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } };
  const call = { host: 'api.githubcopilot.com', method: 'POST', path: '/mcp', headers: {}, body };
  const result = classifyMcp(call);
  return 'operation' in result ? result.operation : result.refusal;
}

/** How GitHub names tools that change something. */
const CHANGES =
  /^(create|update|delete|add|push|merge|run|rerun|cancel|assign|request|star|unstar|fork|manage|mark|dismiss)_|_write\b|_trigger\b/;

describe('the reviewed MCP tools', () => {
  it('are exactly the tools that the server documents', () => {
    expect([...TOOLS.keys()].sort()).toEqual([...DOCUMENTED_TOOLS].sort());
    expect(new Set(DOCUMENTED_TOOLS).size).toBe(DOCUMENTED_TOOLS.length);
  });

  const all = DOCUMENTED_TOOLS.flatMap(ways);

  it.each(all)('%s has intents and a class', (way, args) => {
    expect(operationOf(way.split(' ')[0] ?? '', args)).toMatchObject({ surface: 'mcp', intents: expect.anything() });
  });

  it('never call a change a read, nor a read a change', () => {
    const wrong = all.filter(([way, args]) => {
      const operation = operationOf(way.split(' ')[0] ?? '', args);
      const changes = 'intents' in operation && operation.intents.some(({ action }) => !action.endsWith('.read'));
      return changes !== CHANGES.test(way);
    });
    expect(wrong).toEqual([]);
  });
});
