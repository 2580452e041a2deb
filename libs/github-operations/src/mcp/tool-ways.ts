import type { Classification } from '../operation.js';
import { classifyMcp } from './classify-mcp.js';
import { TOOLS } from './tools.js';

/** Arguments with which every tool can be told what it does. */
const ARGUMENTS = {
  ...{ owner: 'acme', repo: 'app', org: 'acme', branch: 'topic', path: 'a.txt' },
  ...{ files: [{ path: 'a.txt', content: '' }], pullNumber: 1, issue_number: 1 },
  ...{ query: 'x repo:acme/app', level: 'repository' },
};

export interface ToolWay {
  tool: string;
  /** The tool, and the value of its `method` or `level` where that decides what it does. */
  way: string;
  classification: Classification;
}

/** Every way to call every tool, on an example repository: what the reference page shows and the meta spec checks. */
export const toolWays = (): ToolWay[] => [...TOOLS.keys()].flatMap(waysOf);

function waysOf(tool: string): ToolWay[] {
  const choice = TOOLS.get(tool)?.choice;
  if (!choice) return [{ tool, way: tool, classification: classify(tool, ARGUMENTS) }];
  return Object.keys(choice.actions).map((value) => ({
    tool,
    way: `${tool} ${value}`,
    classification: classify(tool, { ...ARGUMENTS, [choice.argument]: value }),
  }));
}

function classify(name: string, args: Record<string, unknown>): Classification {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } };
  return classifyMcp({ host: 'api.githubcopilot.com', method: 'POST', path: '/mcp', headers: {}, body });
}
