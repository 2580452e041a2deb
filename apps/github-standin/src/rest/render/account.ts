import { nodeId } from '../../world/node-id.js';
import type { Account } from '../../world/model.js';
import type { JsonObject, Links } from '../api-call.js';

export const accountId = (account: Account): string => nodeId(account.type, account.id);

const encoded = (login: string): string => encodeURIComponent(login);

/** GitHub's "simple user". */
export function renderAccount(links: Links, account: Account): JsonObject {
  const api = `${links.api}/users/${encoded(account.login)}`;
  const bot = account.type === 'Bot';
  return {
    login: account.login,
    id: account.id,
    node_id: accountId(account),
    avatar_url: `https://avatars.githubusercontent.com/u/${String(account.id)}?v=4`,
    gravatar_id: '',
    url: api,
    html_url: bot ? `${links.web}/apps/${account.login.replace('[bot]', '')}` : `${links.web}/${account.login}`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}
