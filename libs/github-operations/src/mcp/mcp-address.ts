import { refuse } from '../unclassifiable.js';
import { TOOLS, TOOLSETS } from './tools.js';

export type McpHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What an address and the X-MCP headers leave of the server. */
export interface McpScope {
  readonly: boolean;
  /** Tools that may be called; undefined where nothing narrows them. */
  tools: ReadonlySet<string> | undefined;
}

/** GitHub's remote server reads these words, without case and spaces, as "not read-only" (docs/remote-server.md). */
const FALSE_WORDS = new Set(['', 'false', 'f', 'no', 'n', '0', 'off']);
/** What GitHub serves where nothing is chosen; "default" stands for it in a list. */
const DEFAULT_TOOLSETS = ['context', 'copilot', 'issues', 'pull_requests', 'repos', 'users'];

const words = (headers: McpHeaders, name: string): string[] =>
  [headers[name] ?? []]
    .flat()
    .flatMap((value) => value.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');

function toolsOf(toolsets: readonly string[]): string[] {
  const wanted = new Set(toolsets.flatMap((name) => (name === 'default' ? DEFAULT_TOOLSETS : [name])));
  return [...TOOLS].flatMap(([name, rule]) => (rule.toolsets.some((set) => wanted.has(set)) ? [name] : []));
}

interface McpPath {
  readonly: boolean;
  toolset: string | undefined;
}

/** `/mcp`, `/mcp/readonly`, `/mcp/insiders`, `/mcp/x/{toolset}`, and the last with the others behind it. */
function readPath(path: string): McpPath {
  const match = /^\/mcp(?:\/x\/([a-z_]{1,40}))?((?:\/(?:readonly|insiders)){0,2})\/?$/.exec(path);
  if (!match) return refuse('operation_unknown', `${path.slice(0, 200)} is not an address of GitHub's MCP server.`);
  const [, toolset, flags = ''] = match;
  if (toolset !== undefined && toolset !== 'all' && !TOOLSETS.has(toolset))
    refuse('operation_unknown', `"${toolset}" is not a toolset that Holdshort knows.`);
  return { readonly: flags.includes('/readonly'), toolset };
}

/** @throws Unclassifiable for an address that is not one of the server's */
export function scopeOf(path: string, headers: McpHeaders): McpScope {
  const { readonly, toolset } = readPath(path);
  const flag = [headers['x-mcp-readonly'] ?? ''].flat().join(',').trim().toLowerCase();
  const toolsets = [...(toolset === undefined ? [] : [toolset]), ...words(headers, 'x-mcp-toolsets')];
  const tools = words(headers, 'x-mcp-tools');
  const open = toolsets.includes('all') || (toolsets.length === 0 && tools.length === 0);
  return {
    readonly: readonly || !FALSE_WORDS.has(flag),
    tools: open ? undefined : new Set([...toolsOf(toolsets), ...tools]),
  };
}
