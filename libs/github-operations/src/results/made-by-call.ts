import type { Operation } from '../operation.js';
import { commitAt, madeOf, pullAt, valueAt, type Made } from './made.js';
import { namesAreTheSchemas } from './plain-names.js';

/** Where an answer names what the call made. */
interface Places {
  commit?: readonly string[];
  pull?: readonly string[];
}

/** By REST operation; https://docs.github.com/en/rest. */
const REST: Readonly<Record<string, Places>> = {
  'repos/create-or-update-file-contents': { commit: ['commit.sha'] },
  'repos/delete-file': { commit: ['commit.sha'] },
  'git/create-commit': { commit: ['sha'] },
  'git/create-ref': { commit: ['object.sha'] },
  'git/update-ref': { commit: ['object.sha'] },
  'pulls/merge': { commit: ['sha'] },
  'repos/merge': { commit: ['sha'] },
  'pulls/create': { pull: ['number'] },
};

/** By mutation, within its payload; https://docs.github.com/en/graphql/reference/mutations. */
const GRAPHQL: Readonly<Record<string, Places>> = {
  'mutation/createCommitOnBranch': { commit: ['commit.oid', 'commit.url', 'ref.target.oid'] },
  'mutation/mergeBranch': { commit: ['mergeCommit.oid', 'mergeCommit.url'] },
  'mutation/mergePullRequest': { commit: ['pullRequest.mergeCommit.oid', 'pullRequest.mergeCommit.url'] },
  'mutation/createRef': { commit: ['ref.target.oid'] },
  'mutation/updateRef': { commit: ['ref.target.oid'] },
  'mutation/createPullRequest': { pull: ['pullRequest.number', 'pullRequest.url'] },
  'mutation/revertPullRequest': { pull: ['revertPullRequest.number', 'revertPullRequest.url'] },
};

/** By tool, within the JSON of its result; https://github.com/github/github-mcp-server. */
const TOOLS: Readonly<Record<string, Places>> = {
  'tool/push_files': { commit: ['object.sha'] },
  'tool/create_branch': { commit: ['object.sha'] },
  'tool/create_or_update_file': { commit: ['commit.sha'] },
  'tool/delete_file': { commit: ['commit.sha'] },
  'tool/merge_pull_request': { commit: ['sha'] },
  'tool/create_pull_request': { pull: ['number', 'url', 'html_url'] },
};

/** Whether an answer to it is worth reading. */
export const tellsWhatItMade = ({ id }: Pick<Operation, 'id'>): boolean =>
  [REST, GRAPHQL, TOOLS].some((table) => Object.hasOwn(table, id));

/**
 * What GitHub's answer says that the call made. A client chooses the form of a GraphQL answer: one whose names are not
 * the schema's own says nothing.
 * @param sent the parsed body of the call
 * @param answered the parsed answer: JSON, or the JSON-RPC message with a tool's result
 */
export function madeByCall({ id }: Pick<Operation, 'id'>, sent: unknown, answered: unknown): Made | undefined {
  const rest = Object.hasOwn(REST, id) ? REST[id] : undefined;
  if (rest) return madeAt(rest, [answered]);
  const mutation = Object.hasOwn(GRAPHQL, id) ? GRAPHQL[id] : undefined;
  if (mutation) return namesAreTheSchemas(sent) ? madeAt(mutation, payloadsOf(answered)) : undefined;
  const tool = Object.hasOwn(TOOLS, id) ? TOOLS[id] : undefined;
  return tool && madeAt(tool, resultsOf(answered));
}

function madeAt({ commit = [], pull = [] }: Places, values: readonly unknown[]): Made | undefined {
  const commits = values.flatMap((value) => commitAt(value, commit));
  const [number] = values.flatMap((value) => pullAt(value, pull) ?? []);
  return madeOf(commits, number);
}

function payloadsOf(answered: unknown): unknown[] {
  const data = valueAt(answered, 'data');
  return typeof data === 'object' && data !== null ? Object.values(data) : [];
}

/** The texts of a tool's result that are JSON; a refusal of the tool made nothing. */
function resultsOf(answered: unknown): unknown[] {
  const content = valueAt(answered, 'result.content');
  if (valueAt(answered, 'result.isError') === true || !Array.isArray(content)) return [];
  return content.flatMap((part) => jsonIn(valueAt(part, 'text')));
}

function jsonIn(text: unknown): unknown[] {
  if (typeof text !== 'string') return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return []; // words for the model
  }
}
