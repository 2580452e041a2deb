import { HoldshortError } from '@holdshort/errors';
import type { Intent, Operation } from '@holdshort/github-operations';
import { summarisePush } from '@holdshort/git-wire';
import { decide, isForbiddenAnyway } from '../control/decide.js';
import type { AgentContext } from '../exchange/agent-context.js';
import { apiAt } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { API_HOST, GITHUB_HOST } from '../exchange/hosts.js';
import { githubObjects, type GitPlace } from '../push/github-objects.js';
import { inPath } from '../upstream/ask-ref.js';
import { fetchUpstream } from '../upstream/fetch-upstream.js';
import { MAX_PATHS, pathsOf } from './inspect-pack.js';

const COMMIT = /^[0-9a-f]{40}$/;
const NONE = '0'.repeat(40);

/**
 * A call that moves a ref to commits that GitHub has already (a ref by the API, a merge of branches, a new branch at
 * another one) is judged by what these bring beyond the default branch, as a push of the same would be.
 */
export async function inspectRefMove(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { operation, session, correlationId } = exchange;
  if (!operation.intents.some(({ target }) => target.commit !== undefined)) return;
  if (!session) throw new Error('inspect-ref-move stands after identify-session');
  if (await isForbiddenAnyway(agent, { session, operation, correlationId })) return;
  const intents: Intent[] = [];
  for (const intent of operation.intents) intents.push(await withPaths(exchange, agent, intent));
  exchange.operation = { ...operation, intents };
}

async function withPaths(exchange: Exchange, agent: AgentContext, intent: Intent): Promise<Intent> {
  const { commit, ref = '' } = intent.target;
  if (commit === undefined) return intent;
  const place = await placeOf(exchange, agent, intent);
  const newId = COMMIT.test(commit) ? commit : await resolve(exchange, agent, { place, name: commit });
  const command = { ref, oldId: NONE, newId };
  const [change] = await summarisePush([command], null, githubObjects(exchange, agent, place));
  if (!change || change.unknown || change.truncated) throw untold(commit);
  const paths = pathsOf(change).slice(0, MAX_PATHS);
  return { ...intent, target: { ...intent.target, paths: [...(intent.target.paths ?? []), ...paths] } };
}

const untold = (commit: string): HoldshortError =>
  new HoldshortError('target_unresolved', `What "${commit.slice(0, 80)}" would bring to the ref cannot be told.`, {
    advice: 'Push the commits with git, or name a commit that is in the repository.',
  });

/** Where the target is: by its names, or as the control plane resolves the ids that the call gives. */
async function placeOf(exchange: Exchange, agent: AgentContext, { target }: Intent): Promise<GitPlace> {
  const { owner, repo } = target.owner && target.repo ? target : await resolvedTarget(exchange, agent, target);
  if (!owner || !repo) throw new HoldshortError('target_unresolved', 'The call names no repository.');
  return { host: exchange.server ?? GITHUB_HOST, owner, repo };
}

const readOf = (exchange: Exchange, target: Intent['target'], path: string): Operation => ({
  surface: 'rest',
  id: 'holdshort/read-for-inspection',
  class: 'read',
  intents: [{ action: 'repo.read', target }],
  method: 'GET',
  path,
  host: exchange.server ?? API_HOST,
});

async function resolvedTarget(exchange: Exchange, agent: AgentContext, target: Intent['target']) {
  const { nodeId, repositoryId } = target;
  const named = {
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(repositoryId === undefined ? {} : { repositoryId }),
  };
  const decision = await mayRead(exchange, agent, readOf(exchange, named, '/'));
  return { owner: decision.resolvedTarget?.owner, repo: decision.resolvedTarget?.repo };
}

async function mayRead(exchange: Exchange, agent: AgentContext, operation: Operation) {
  const { session, correlationId } = exchange;
  if (!session) throw new Error('inspect-ref-move stands after identify-session');
  return decide(agent, { session, operation, correlationId });
}

/** The commit that a branch, a tag or a short id stands for now. */
async function resolve(
  exchange: Exchange,
  agent: AgentContext,
  { place, name }: { place: GitPlace; name: string },
): Promise<string> {
  const { owner, repo } = place;
  const path = `/repos/${owner}/${repo}/commits/${inPath(name)}`;
  const { lease } = await mayRead(exchange, agent, readOf(exchange, { owner, repo }, path));
  if (!lease) throw untold(name);
  const call = { ...apiAt(exchange.server, path), token: lease.token, signal: exchange.clientGone };
  const answer = await fetchUpstream(agent, call);
  const sha = answer.status === 200 ? shaOf(answer.body) : undefined;
  if (sha === undefined) throw untold(name);
  return sha;
}

function shaOf(body: string): string | undefined {
  const { sha } = JSON.parse(body) as { sha?: unknown };
  return typeof sha === 'string' && COMMIT.test(sha) ? sha : undefined;
}
