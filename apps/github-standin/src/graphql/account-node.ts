import { canSee } from '../access/actor.js';
import type { ApiCall } from '../rest/api-call.js';
import { accountId } from '../rest/render/account.js';
import type { Account } from '../world/model.js';
import { connection, type Node, type PageArguments } from './connection.js';
import { repositoryNode } from './repository-node.js';

/** A User, Organization or Bot. */
export function accountNode(call: ApiCall, account: Account): Node {
  const { login } = account;
  return {
    __typename: account.type,
    id: accountId(account),
    databaseId: account.id,
    login,
    name: account.name,
    email: '',
    avatarUrl: `https://avatars.githubusercontent.com/u/${String(account.id)}?v=4`,
    url: `${call.links.web}/${login}`,
    resourcePath: `/${login}`,
    viewerCanAdminister: false,
    repositories: (page: PageArguments) => {
      const visible = call.world.repositoriesOf(account).filter((repository) => canSee(call.actor, repository));
      return connection(visible, page, (repository) => repositoryNode(call, repository));
    },
    repository: ({ name }: { name: string }) => {
      const repository = call.world.repositoryByName(login, name);
      return repository && canSee(call.actor, repository) ? repositoryNode(call, repository) : null;
    },
    teams: () => connection([], {}, () => null),
  };
}
