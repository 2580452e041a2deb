import type { IncomingMessage } from 'node:http';
import type { Account, Permissions, Repository } from '../world/model.js';
import type { World } from '../world/world.js';
import { checkAppJwt } from './app-identity.js';
import { covers } from './permissions.js';
import { isSame } from './same-text.js';
import type { IssuedToken } from './token-store.js';
import { roleOn, withinRole } from './user-roles.js';

/**
 * Who calls: nobody, somebody with a token that is not good (any more), the App by its JWT or by its client id and
 * secret, an installation, or a person through the App.
 */
export type Actor =
  | { kind: 'anonymous' }
  | { kind: 'bad'; complaint: string }
  | { kind: 'app' }
  | { kind: 'client' }
  | { kind: 'installation'; token: IssuedToken; account: Account }
  | { kind: 'user'; token: IssuedToken; account: Account };

/** The token of a caller who has one. */
export const tokenOf = (actor: Actor): IssuedToken | null =>
  actor.kind === 'installation' || actor.kind === 'user' ? actor.token : null;

/** The bare credential of a request, whichever scheme carried it. */
export function credentialOf(req: IncomingMessage): string | null {
  const [scheme = '', ...rest] = (req.headers.authorization ?? '').split(' ');
  const value = rest.join(' ').trim();
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const [user, password] = [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)];
  return password === '' || password === 'x-oauth-basic' ? user : password;
}

export async function identify(world: World, req: IncomingMessage): Promise<Actor> {
  const credential = credentialOf(req);
  if (credential === null) {
    return req.headers.authorization === undefined
      ? { kind: 'anonymous' }
      : { kind: 'bad', complaint: 'Bad credentials' };
  }
  const token = world.tokens.find(credential);
  if (token) {
    token.used += 1;
    const { user } = token;
    return user ? { kind: 'user', token, account: user } : { kind: 'installation', token, account: world.bot };
  }
  if (isClient(world, req)) return { kind: 'client' };
  if (!/^eyJ[^.]+\.[^.]+\.[^.]+$/.test(credential)) return { kind: 'bad', complaint: 'Bad credentials' };
  const complaint = await checkAppJwt(world.app, credential);
  return complaint === null ? { kind: 'app' } : { kind: 'bad', complaint };
}

/** The App itself, by basic authentication with its client id and secret. */
function isClient({ app }: World, req: IncomingMessage): boolean {
  const [, pair = ''] = /^basic (.+)$/i.exec(req.headers.authorization ?? '') ?? [];
  return isSame(Buffer.from(pair, 'base64').toString('utf8'), `${app.clientId}:${app.clientSecret}`);
}

/** Whether the token was issued for this repository, and its person, where it has one, may see that. */
export function tokenNames(token: IssuedToken, repository: Repository): boolean {
  if (token.installation ? token.installation.account !== repository.owner : !token.reaches(repository.owner))
    return false;
  if (token.user && roleOn(token.user, repository) === 'none') return false;
  return token.repositoryIds === null || token.repositoryIds.includes(repository.id);
}

/** What the token may on the repository: for a person's token what the App may and the person may. */
export function permissionsOn(token: IssuedToken, repository: Repository): Permissions {
  if (!tokenNames(token, repository)) return {};
  return token.user ? withinRole(token.permissions, roleOn(token.user, repository)) : token.permissions;
}

/** Whether the repository exists for the caller; a private one outside the token's scope does not. */
export function canSee(actor: Actor, repository: Repository): boolean {
  if (!repository.private) return true;
  const token = tokenOf(actor);
  return token !== null && tokenNames(token, repository);
}

/** Whether one of `alternatives` (`contents:write`) is granted on the repository. */
export function mayUse(actor: Actor, repository: Repository, alternatives: readonly string[]): boolean {
  const reads = alternatives.some((needed) => needed.endsWith(':read'));
  if (!repository.private && reads) return true;
  const token = tokenOf(actor);
  if (!token) return false;
  const permissions = permissionsOn(token, repository);
  return alternatives.some((needed) => covers(permissions, needed));
}
