import { isOwnerName, isRepoName } from './names.js';
import type { Intent, Target } from './operation.js';
import { refuse } from './unclassifiable.js';

const ADVICE = 'Name the repositories to search with repo:owner/name qualifiers.';

function scopeOf(term: string): Target | undefined {
  const [, key = '', value = ''] = /^(repo|org|user):"?([^"]*)"?$/i.exec(term) ?? [];
  if (key === '') return undefined;
  if (key.toLowerCase() !== 'repo')
    return isOwnerName(value) ? { owner: value } : refuse('request_malformed', `"${term}" names no account.`);
  const [owner = '', repo = '', more] = value.split('/');
  if (more !== undefined || !isOwnerName(owner) || !isRepoName(repo))
    refuse('request_malformed', `"${term}" names no repository.`);
  return { owner, repo };
}

/**
 * What a search can see, from its own words: each `repo:`, and where allowed each `org:` and `user:`.
 * A search without scope sees all that the credential sees, and OR, NOT or brackets could widen one:
 * both are refused.
 */
export function searchIntents(query: string, accountsToo: boolean): Intent[] {
  const words = query.replace(/"[^"]*"/g, (quoted, at: number) => (query[at - 1] === ':' ? quoted : ' '));
  if (/[()]|(^|\s)(OR|NOT)(\s|$)/.test(words))
    refuse('operation_unknown', `A search with OR, NOT or brackets has no certain scope. ${ADVICE}`);
  const targets = words
    .split(/\s+/)
    .map(scopeOf)
    .filter((target) => target !== undefined);
  const allowed = accountsToo ? targets : targets.filter(({ repo }) => repo !== undefined);
  if (allowed.length === 0 || allowed.length < targets.length)
    refuse('operation_unknown', `A search over more than named repositories is not understood. ${ADVICE}`);
  return allowed.map((target) => ({ action: target.repo === undefined ? 'account.read' : 'repo.read', target }));
}
