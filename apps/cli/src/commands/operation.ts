import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { HoldshortError } from '@holdshort/errors';
import {
  classifyGit,
  classifyGraphql,
  classifyMcp,
  classifyRest,
  parseStrictJson,
  permissionsOf,
  type Classification,
  type Operation,
  type Target,
} from '@holdshort/github-operations';
import type { CliContext } from '../cli-context.js';
import { EXIT } from '../exit-code.js';

interface ExplainOptions {
  body?: string;
  graphql?: string;
  variables?: string;
  mcp?: string;
  json?: boolean;
}

interface Call {
  method: string;
  host: string;
  path: string;
  query: string;
}

const API_HOST = 'api.github.com';
const MCP_HOST = 'api.githubcopilot.com';

/** Standard input is file descriptor 0. */
const readText = (file: string): string => readFileSync(file === '-' ? 0 : file, 'utf8');

const usage = (message: string): HoldshortError =>
  new HoldshortError('request_malformed', message, {
    advice: 'For example: holdshort operation explain "PUT /repos/acme/app/contents/x"',
  });

const isGitPath = (path: string): boolean => /\/(?:info\/refs|git-(?:upload|receive)-pack)$|\/info\/lfs\//.test(path);

/** `METHOD PATH` or `METHOD URL`; a path alone is one of the API, or of git where it looks like git's. */
function parseCall(text: string): Call {
  const [, method = '', target = ''] = /^([A-Za-z]+)\s+(\S+)$/.exec(text.trim()) ?? [];
  // Not by URL: that would tidy away what makes a path refused
  const [, host, local = ''] = /^(?:https?:\/\/([^/]+))?(\/.*)$/i.exec(target) ?? [];
  if (local === '') throw usage('A call is a method and a path, or a method and a URL.');
  const [path = '', ...rest] = local.split('?');
  return {
    method: method.toUpperCase(),
    host: host?.toLowerCase() ?? (isGitPath(path) ? 'github.com' : API_HOST),
    path: path.replace(/^\/api\/v3(?=\/)/, ''),
    query: rest.join('?'),
  };
}

function classify(text: string | undefined, options: ExplainOptions): Classification {
  if (options.graphql !== undefined) {
    const variables = options.variables === undefined ? undefined : parseStrictJson(readText(options.variables));
    const body = { query: readText(options.graphql), variables };
    return classifyGraphql({ host: API_HOST, method: 'POST', path: '/graphql', body });
  }
  if (options.mcp !== undefined) {
    const body = parseStrictJson(readText(options.mcp));
    return classifyMcp({ host: MCP_HOST, method: 'POST', path: '/mcp', headers: {}, body });
  }
  if (text === undefined) throw usage('Name a call, a GraphQL document with --graphql, or an MCP message with --mcp.');
  const call = parseCall(text);
  if (call.host === 'github.com') return classifyGit(call);
  const body = options.body === undefined ? undefined : parseStrictJson(readText(options.body));
  return call.path === '/graphql' ? classifyGraphql({ ...call, body }) : classifyRest({ ...call, body });
}

function targetText({ owner, repo, repositoryId, nodeId, ref, number, paths, account }: Target): string {
  const repository = owner !== undefined && repo !== undefined ? `${owner}/${repo}` : owner;
  const parts = [
    repository ?? (repositoryId === undefined ? undefined : `repository ${repositoryId}`),
    nodeId === undefined ? undefined : `node ${nodeId}`,
    ref,
    number === undefined ? undefined : `#${number}`,
    paths?.length ? `files ${paths.join(', ')}` : undefined,
    account ? '(account)' : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

function words(operation: Operation, permissions: Record<string, string>): string {
  const { surface, id, intents } = operation;
  const lines = intents.map(({ action, target }) => {
    const isDefault = action.startsWith('ref.') && target.ref === undefined && target.nodeId === undefined;
    return `intent      ${action} on ${targetText(target)}${isDefault ? ' (the default branch, unless the body names another)' : ''}`;
  });
  const needed = Object.entries(permissions).map(([name, level]) => `${name}:${level}`);
  return [
    `operation   ${id}`,
    `surface     ${surface}`,
    `class       ${operation.class}`,
    ...lines,
    `permissions ${needed.join(', ')}`,
  ].join('\n');
}

function explain(context: CliContext, exit: (code: number) => void, text: string | undefined, options: ExplainOptions) {
  const verdict = classify(text, options);
  if ('refusal' in verdict) {
    exit(EXIT.refused);
    const { code, message } = verdict.refusal;
    context.print(options.json, { refused: { code, message } }, () => `refused     ${code}\n${message}`);
    return;
  }
  const { surface, id, class: operationClass, intents } = verdict.operation;
  const permissions = permissionsOf(verdict.operation);
  const value = { id, surface, class: operationClass, intents, permissions };
  context.print(options.json, value, () => words(verdict.operation, permissions));
}

/** What a call would do, as the agent judges it; asks nobody and sends nothing. */
export function addOperationCommands(program: Command, context: CliContext, exit: (code: number) => void): void {
  const operation = program.command('operation').description('operations: what Holdshort takes a call for');
  operation
    .command('explain')
    .description('class, intents, targets and permissions of a call; exit code 1 where it is refused unasked')
    .argument('[call]', '"METHOD /path" of the API, or "METHOD https://github.com/..." of git')
    .option('--body <file>', 'JSON body of the call; - reads standard input')
    .option('--graphql <file>', 'a GraphQL document in place of a call; - reads standard input')
    .option('--variables <file>', 'JSON variables of the GraphQL document')
    .option('--mcp <file>', 'a JSON-RPC message to the MCP server in place of a call; - reads standard input')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  holdshort operation explain "PUT /repos/acme/app/contents/x"\n  holdshort operation explain "POST https://github.com/acme/app.git/git-receive-pack"\n  holdshort operation explain --graphql merge.graphql --variables input.json --json',
    )
    .action((call: string | undefined, options: ExplainOptions) => {
      explain(context, exit, call, options);
    });
}
