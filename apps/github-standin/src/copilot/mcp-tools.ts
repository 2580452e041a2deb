import type { JsonObject } from '../rest/api-call.js';

type Api = (method: string, path: string, body?: unknown) => Promise<unknown>;
export type McpTool = (args: JsonObject, api: Api) => Promise<unknown>;

const text = (args: JsonObject, name: string): string => {
  const value = args[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};
const repo = (args: JsonObject): string => `/repos/${text(args, 'owner')}/${text(args, 'repo')}`;
const segments = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
const contents = (args: JsonObject): string => `${repo(args)}/contents/${segments(text(args, 'path'))}`;
const branchRef = (name: string): string => `heads/${segments(name)}`;

/** The object that a branch points at. */
async function tipOf(args: JsonObject, branch: string, api: Api): Promise<string> {
  const ref = (await api('GET', `${repo(args)}/git/ref/${branchRef(branch)}`)) as { object: { sha: string } };
  return ref.object.sha;
}

const defaultBranch = async (args: JsonObject, api: Api): Promise<string> =>
  ((await api('GET', repo(args))) as { default_branch: string }).default_branch;

/** As GitHub's server does it: one tree and one commit on the tip, then the ref. */
const pushFiles: McpTool = async (args, api) => {
  const branch = text(args, 'branch');
  const parent = await tipOf(args, branch, api);
  const tree = (args['files'] as { path: string; content: string }[]).map(({ path, content }) => ({
    path,
    content,
    mode: '100644',
    type: 'blob',
  }));
  const made = (await api('POST', `${repo(args)}/git/trees`, { base_tree: parent, tree })) as { sha: string };
  const commit = { message: text(args, 'message'), tree: made.sha, parents: [parent] };
  const { sha } = (await api('POST', `${repo(args)}/git/commits`, commit)) as { sha: string };
  return api('PATCH', `${repo(args)}/git/refs/${branchRef(branch)}`, { sha, force: false });
};

const createBranch: McpTool = async (args, api) => {
  const from = text(args, 'from_branch') || (await defaultBranch(args, api));
  const sha = await tipOf(args, from, api);
  return api('POST', `${repo(args)}/git/refs`, { ref: `refs/heads/${text(args, 'branch')}`, sha });
};

const createOrUpdateFile: McpTool = (args, api) =>
  api('PUT', contents(args), {
    message: args['message'],
    content: Buffer.from(text(args, 'content')).toString('base64'),
    branch: args['branch'],
    ...(args['sha'] === undefined ? {} : { sha: args['sha'] }),
  });

const deleteFile: McpTool = async (args, api) => {
  const query = `?ref=${encodeURIComponent(text(args, 'branch'))}`;
  const { sha } = (await api('GET', `${contents(args)}${query}`)) as { sha: string };
  return api('DELETE', contents(args), { message: args['message'], branch: args['branch'], sha });
};

const issueWrite: McpTool = (args, api) =>
  args['method'] === 'create'
    ? api('POST', `${repo(args)}/issues`, { title: args['title'], body: args['body'] })
    : api('PATCH', `${repo(args)}/issues/${text(args, 'issue_number')}`, {
        title: args['title'],
        state: args['state'],
      });

const runWorkflow: McpTool = (args, api) =>
  api('POST', `${repo(args)}/actions/workflows/${text(args, 'workflow_id')}/dispatches`, { ref: args['ref'] });

/** A handful of the tools of GitHub's MCP server, acting on the real repositories. */
export const MCP_TOOLS: Readonly<Record<string, McpTool>> = {
  get_me: (_args, api) => api('GET', '/user'),
  get_file_contents: (args, api) => {
    const ref = text(args, 'ref');
    return api('GET', `${contents(args)}${ref === '' ? '' : `?ref=${encodeURIComponent(ref)}`}`);
  },
  list_branches: (args, api) => api('GET', `${repo(args)}/branches`),
  list_commits: (args, api) => api('GET', `${repo(args)}/commits`),
  create_branch: createBranch,
  push_files: pushFiles,
  create_or_update_file: createOrUpdateFile,
  delete_file: deleteFile,
  create_pull_request: (args, api) =>
    api('POST', `${repo(args)}/pulls`, {
      title: args['title'],
      head: args['head'],
      base: args['base'],
      body: args['body'],
    }),
  list_pull_requests: (args, api) => api('GET', `${repo(args)}/pulls`),
  merge_pull_request: (args, api) => api('PUT', `${repo(args)}/pulls/${text(args, 'pullNumber')}/merge`, {}),
  issue_write: issueWrite,
  list_issues: (args, api) => api('GET', `${repo(args)}/issues`),
  add_issue_comment: (args, api) =>
    api('POST', `${repo(args)}/issues/${text(args, 'issue_number')}/comments`, { body: args['body'] }),
  run_workflow: runWorkflow,
  actions_run_trigger: runWorkflow,
};
