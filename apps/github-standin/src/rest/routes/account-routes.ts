import { randomUUID } from 'node:crypto';
import { mayUse, tokenOf } from '../../access/actor.js';
import { notAccessible, notFound } from '../../http/github-error.js';
import type { Account } from '../../world/model.js';
import { ok, type ApiCall, type JsonObject, type Reply } from '../api-call.js';
import { paginate } from '../paginate.js';
import { renderAccount } from '../render/account.js';
import { renderRepository } from '../render/repository.js';
import { route } from '../route.js';

function accountNamed(call: ApiCall, login: string, type?: Account['type']): Account {
  const account = call.world.accounts.get(login.toLowerCase());
  if (!account || (type !== undefined && account.type !== type)) throw notFound();
  return account;
}

function fullAccount(call: ApiCall, account: Account): JsonObject {
  const visible = call.world.repositoriesOf(account).filter((repository) => !repository.private);
  return {
    ...renderAccount(call.links, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    bio: null,
    description: null,
    public_repos: visible.length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: '2026-01-05T09:00:00Z',
    updated_at: '2026-01-05T09:00:00Z',
  };
}

function repositoriesOfOwner(call: ApiCall, login: string): Promise<Reply> {
  const all = call.world.repositoriesOf(accountNamed(call, login));
  const visible = all.filter((repository) => mayUse(call.actor, repository, ['metadata:read']));
  return paginate(call, visible, (repository) => renderRepository(call, repository));
}

const LIMIT = { limit: 5000, used: 0, remaining: 5000 };

function rateLimit(call: ApiCall): Reply {
  const used = tokenOf(call.actor)?.used ?? 0;
  const core = { ...LIMIT, used, remaining: LIMIT.limit - used, reset: Math.floor(Date.now() / 1000) + 3600 };
  return ok({ resources: { core, graphql: core, search: { ...core, limit: 30, used: 0, remaining: 30 } }, rate: core });
}

/** What the Copilot clients ask at their start; the token is worth nothing anywhere. */
const copilotRoutes = [
  route('GET /copilot_internal/user', 'installation', () =>
    ok({
      login: 'holdshort-bot',
      copilot_plan: 'business',
      chat_enabled: true,
      endpoints: { api: 'https://api.githubcopilot.com', telemetry: 'https://copilot-telemetry.githubcopilot.com' },
    }),
  ),
  route('GET /copilot_internal/v2/token', 'installation', () =>
    ok({
      token: `tid=${randomUUID()};exp=${String(Math.floor(Date.now() / 1000) + 1800)};sku=standin`,
      expires_at: Math.floor(Date.now() / 1000) + 1800,
      refresh_in: 1500,
      endpoints: { api: 'https://api.githubcopilot.com' },
    }),
  ),
  route('GET /copilot_internal/managed_settings', 'installation', () => ok({})),
  route('GET /copilot_internal/team_customizations', 'installation', () => ok([])),
];

export const accountRoutes = [
  ...copilotRoutes,
  route('GET /', 'none', (call) =>
    ok({ current_user_url: `${call.links.api}/user`, repository_url: `${call.links.api}/repos/{owner}/{repo}` }),
  ),
  route('GET /meta', 'none', () =>
    ok({ verifiable_password_authentication: false, domains: { website: ['*.github.com'] } }),
  ),
  route('GET /zen', 'none', () => ({
    status: 200,
    body: 'Keep it logically awesome.',
    headers: { 'content-type': 'text/plain;charset=utf-8' },
  })),
  route('GET /rate_limit', 'none', rateLimit),
  route('GET /user', 'installation', (call) => {
    if (call.actor.kind !== 'user') throw notAccessible();
    return ok(fullAccount(call, call.actor.account));
  }),
  route('GET /user/repos', 'installation', () => {
    throw notAccessible();
  }),
  route('GET /users/{username}', 'none', (call) => ok(fullAccount(call, accountNamed(call, call.param('username'))))),
  route('GET /users/{username}/repos', 'none', (call) => repositoriesOfOwner(call, call.param('username'))),
  route('GET /orgs/{org}', 'none', (call) =>
    ok(fullAccount(call, accountNamed(call, call.param('org'), 'Organization'))),
  ),
  route('GET /orgs/{org}/repos', 'none', (call) => repositoriesOfOwner(call, call.param('org'))),
];
