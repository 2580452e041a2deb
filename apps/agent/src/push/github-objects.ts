import { HoldshortError } from '@holdshort/errors';
import { parseStrictJson, type Operation } from '@holdshort/github-operations';
import type { ObjectLookup, TreeEntry } from '@holdshort/git-wire';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { decide } from '../control/decide.js';
import { fetchUpstream } from '../upstream/fetch-upstream.js';
import { API_HOST } from '../exchange/hosts.js';

/**
 * What a pack does not hold, asked of GitHub under the session's own right to read: ancestry by the compare API,
 * trees and commits by the git data API. `undefined` means unknown, which the summary treats as the gravest case.
 */
export function githubObjects(exchange: Exchange, agent: AgentContext): ObjectLookup {
  const read = (route: string): Promise<Record<string, unknown> | undefined> => readRepository(exchange, agent, route);
  return {
    async isAncestor(ancestor, descendant) {
      if (ancestor === descendant) return true;
      const comparison = await read(`compare/${ancestor}...${descendant}?per_page=1`);
      const status = comparison?.['status'];
      return typeof status === 'string' ? status === 'ahead' || status === 'identical' : undefined;
    },
    async tree(id) {
      const tree = await read(`git/trees/${id}`);
      return tree?.['truncated'] === false && Array.isArray(tree['tree']) ? tree['tree'].map(toEntry) : undefined;
    },
    async commitTree(id) {
      const commit = await read(`git/commits/${id}`);
      const tree = commit?.['tree'] as { sha?: unknown } | undefined;
      return typeof tree?.sha === 'string' ? tree.sha : undefined;
    },
  };
}

/** Wikis and gists, whose objects GitHub's API does not serve: what the pack does not hold is unknown. */
export const NO_OBJECTS: ObjectLookup = {
  isAncestor: () => Promise.resolve(undefined),
  tree: () => Promise.resolve(undefined),
  commitTree: () => Promise.resolve(undefined),
};

function toEntry(entry: unknown): TreeEntry {
  const { path, mode, sha } = entry as Record<string, unknown>;
  if (typeof path !== 'string' || typeof mode !== 'string' || typeof sha !== 'string') {
    throw new HoldshortError('push_unreadable', 'GitHub answered with a tree that cannot be read.');
  }
  return { name: path, mode, id: sha };
}

async function readRepository(
  exchange: Exchange,
  agent: AgentContext,
  route: string,
): Promise<Record<string, unknown> | undefined> {
  const target = exchange.operation.intents[0]?.target;
  if (!exchange.session || target?.owner === undefined || target.repo === undefined) return undefined;
  const path = `/repos/${target.owner}/${target.repo}/${route}`;
  const operation: Operation = {
    surface: 'rest',
    id: 'holdshort/read-for-inspection',
    class: 'read',
    intents: [{ action: 'repo.read', target: { owner: target.owner, repo: target.repo } }],
    method: 'GET',
    path: path.split('?')[0] ?? path,
    host: API_HOST,
  };
  const decision = await decide(agent, { session: exchange.session, operation, correlationId: exchange.correlationId });
  if (!decision.lease) return undefined;
  const answer = await fetchUpstream(agent, {
    host: API_HOST,
    path,
    token: decision.lease.token,
    signal: exchange.clientGone,
  });
  if (answer.status !== 200) return undefined;
  const value = parseStrictJson(answer.body);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
