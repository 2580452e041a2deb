import { roleOn } from '../../access/user-roles.js';
import type { IssuedToken } from '../../access/token-store.js';
import { notFound, unprocessable } from '../../http/github-error.js';
import type { Account, Installation } from '../../world/model.js';
import { noContent, ok, requiredText, type ApiCall, type JsonObject, type Reply } from '../api-call.js';
import { renderAccount } from '../render/account.js';
import { route } from '../route.js';
import { renderInstallation, wantedPermissions, wantedRepositories } from './app-routes.js';

type UserToken = IssuedToken & { user: Account };

const isUsers = (token: IssuedToken | null): token is UserToken => token !== null && token.user !== null;

/** The person's token that the body names. @throws GitHubError 404 for one that is not good, 422 without one */
async function tokenOfBody(call: ApiCall): Promise<{ token: UserToken; text: string; body: JsonObject }> {
  if (call.param('client_id') !== call.world.app.clientId) throw notFound();
  const body = await call.body();
  const text = requiredText(body, 'access_token', 'OauthAccess');
  const token = call.world.tokens.find(text);
  if (!isUsers(token)) throw notFound();
  return { token, text, body };
}

const lastEight = (text: string): string => text.slice(-8);

function renderToken(call: ApiCall, token: UserToken, text: string): JsonObject {
  const { app } = call.world;
  return {
    id: Number.parseInt(token.sha256.slice(0, 8), 16),
    url: `${call.links.api}/authorizations/1`,
    app: { name: app.name, url: `${call.links.web}/apps/${app.slug}`, client_id: app.clientId },
    token: text,
    hashed_token: token.sha256,
    token_last_eight: lastEight(text),
    note: null,
    note_url: null,
    fingerprint: null,
    scopes: [],
    created_at: token.issuedAt,
    updated_at: token.issuedAt,
    expires_at: new Date(token.expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    user: renderAccount(call.links, token.user),
    ...(token.installation ? { installation: renderInstallation(call, token.installation) } : {}),
  };
}

function targetOf(call: ApiCall, body: JsonObject): Installation {
  const { target, target_id: id } = body;
  const found = [...call.world.installations.values()].find(
    ({ account }) => account.id === id || account.login.toLowerCase() === String(target).toLowerCase(),
  );
  if (!found) throw notFound();
  return found;
}

/** A token of the person's for one account, some of its repositories, some permissions. */
async function scopeToken(call: ApiCall): Promise<Reply> {
  const { token: parent, body } = await tokenOfBody(call);
  if (parent.installation) throw unprocessable('The token is scoped already.');
  const installation = targetOf(call, body);
  const repositories = wantedRepositories(call, installation, body);
  if (repositories?.some((repository) => roleOn(parent.user, repository) === 'none'))
    throw unprocessable('There is at least one repository that does not exist or is not accessible to the user.');
  const { text, token } = call.world.tokens.issueToUser({
    user: parent.user,
    installation,
    reaches: () => false,
    repositoryIds: repositories?.map(({ id }) => id) ?? null,
    permissions: wantedPermissions(installation, body['permissions']),
    expiresAt: parent.expiresAt,
  });
  const rendered = renderToken(call, { ...token, user: parent.user }, text);
  const granted = { ...renderInstallation(call, installation), permissions: token.permissions };
  return ok({ ...rendered, installation: { ...granted, repository_selection: repositories ? 'selected' : 'all' } });
}

async function checkToken(call: ApiCall): Promise<Reply> {
  const { token, text } = await tokenOfBody(call);
  return ok(renderToken(call, token, text));
}

async function deleteToken(call: ApiCall): Promise<Reply> {
  const { token } = await tokenOfBody(call);
  const kept = call.world.tokens.all().find(({ sha256 }) => sha256 === token.sha256);
  if (kept) kept.revoked = true;
  return noContent();
}

async function deleteGrant(call: ApiCall): Promise<Reply> {
  const { token } = await tokenOfBody(call);
  call.world.authorizations.deleteGrant(token.user);
  return noContent();
}

/** What an App asks about the tokens of its people, by its client id and secret. */
export const authorizationRoutes = [
  route('POST /applications/{client_id}/token', 'client', checkToken),
  route('DELETE /applications/{client_id}/token', 'client', deleteToken),
  route('POST /applications/{client_id}/token/scoped', 'client', scopeToken),
  route('DELETE /applications/{client_id}/grant', 'client', deleteGrant),
];
