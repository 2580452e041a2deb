import type { JsonObject } from '../rest/api-call.js';

/** What a call is called in the audit log; undefined where GitHub's log has no entry for it. */
type Action = string | ((body: JsonObject, status: number) => string | undefined);

const REPO = '/repos/{owner}/{repo}';

/**
 * By route. Content that is written through the API (contents, git data, merges of branches) has no entry in GitHub's
 * documentation of the log, and has none here.
 */
const ACTIONS: Readonly<Record<string, Action>> = {
  'POST /orgs/{org}/repos': 'repo.create',
  [`DELETE ${REPO}`]: 'repo.destroy',
  [`PATCH ${REPO}`]: ({ name, archived, private: isPrivate, visibility }) => {
    if (name !== undefined) return 'repo.rename';
    if (archived !== undefined) return archived === true ? 'repo.archived' : 'repo.unarchived';
    return isPrivate !== undefined || visibility !== undefined ? 'repo.access' : 'repo.update_default_branch';
  },
  [`POST ${REPO}/transfer`]: 'repo.transfer_start',
  [`PUT ${REPO}/topics`]: 'repo.add_topic',
  [`PUT ${REPO}/collaborators/{username}`]: 'repo.add_member',
  [`DELETE ${REPO}/collaborators/{username}`]: 'repo.remove_member',
  [`PUT ${REPO}/actions/secrets/{name}`]: (_, status) =>
    status === 201 ? 'repo.create_actions_secret' : 'repo.update_actions_secret',
  [`PUT ${REPO}/branches/{+branch}/protection`]: 'protected_branch.create',
  [`DELETE ${REPO}/branches/{+branch}/protection`]: 'protected_branch.destroy',
  [`POST ${REPO}/hooks`]: 'hook.create',
  [`DELETE ${REPO}/hooks/{hook_id}`]: 'hook.destroy',
  [`POST ${REPO}/keys`]: 'public_key.create',
  [`DELETE ${REPO}/keys/{key_id}`]: 'public_key.delete',
  [`POST ${REPO}/rulesets`]: 'repository_ruleset.create',
  [`POST ${REPO}/pulls`]: 'pull_request.create',
  [`PUT ${REPO}/pulls/{pull_number}/merge`]: 'pull_request.merge',
  [`PATCH ${REPO}/pulls/{pull_number}`]: ({ state }) =>
    state === 'closed' ? 'pull_request.close' : state === 'open' ? 'pull_request.reopen' : undefined,
  [`POST ${REPO}/pulls/{pull_number}/reviews`]: 'pull_request_review.submit',
  [`PATCH ${REPO}/issues/comments/{comment_id}`]: 'issue_comment.update',
  [`DELETE ${REPO}/issues/comments/{comment_id}`]: 'issue_comment.destroy',
};

/** Only then the body of the call is read: that of an upload is no JSON. @param route method and template */
export const isAudited = (route: string): boolean => Object.hasOwn(ACTIONS, route);

/** @param route method and template */
export function webAction(route: string, body: JsonObject, status: number): string | undefined {
  const action = isAudited(route) ? ACTIONS[route] : undefined;
  return typeof action === 'function' ? action(body, status) : action;
}
