import { isOwnerName, isRepoName } from '../names.js';
import type { Intent } from '../operation.js';
import { refuse } from '../unclassifiable.js';
import { isRecord } from './tool-arguments.js';

const ACCOUNT: Intent = { action: 'account.read', target: { account: true } };

/** `repo://owner/name/...` reads that repository; `ui://` are pages of the server itself. */
export function intentsOfResource(uri: unknown): Intent[] {
  if (typeof uri !== 'string') return refuse('target_unresolved', 'The call names no resource.');
  if (/^ui:\/\/[a-z0-9./_-]+$/i.test(uri)) return [{ action: 'metadata.read', target: { account: true } }];
  const [, owner = '', repo = ''] = /^repo:\/\/([^/?#]+)\/([^/?#]+)(?:\/|$)/.exec(uri) ?? [];
  if (!isOwnerName(owner) || !isRepoName(repo))
    return refuse('operation_unknown', `"${uri.slice(0, 100)}" is not a resource that Holdshort knows.`);
  return [{ action: 'repo.read', target: { owner, repo } }];
}

/** Completions of resource templates list branches, tags and paths of the repository named so far. */
export function intentsOfCompletion(params: Readonly<Record<string, unknown>>): Intent[] {
  const context = isRecord(params['context']) ? params['context'] : {};
  const given = isRecord(context['arguments']) ? context['arguments'] : {};
  const { owner, repo } = given;
  if (owner === undefined) return [ACCOUNT];
  if (typeof owner !== 'string' || !isOwnerName(owner))
    return refuse('request_malformed', '"owner" is not a name that GitHub gives.');
  if (repo === undefined) return [{ action: 'account.read', target: { owner, account: true } }];
  return typeof repo === 'string' && isRepoName(repo)
    ? [{ action: 'repo.read', target: { owner, repo } }]
    : refuse('request_malformed', '"repo" is not a name that GitHub gives.');
}
