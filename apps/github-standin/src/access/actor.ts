import type { IncomingMessage } from 'node:http';
import type { Account, Repository } from '../world/model.js';
import type { World } from '../world/world.js';
import { checkAppJwt } from './app-identity.js';
import { covers } from './permissions.js';
import type { IssuedToken } from './token-store.js';

/** Who calls: nobody, somebody with a token that is not good (any more), the App by its JWT, or an installation. */
export type Actor =
  | { kind: 'anonymous' }
  | { kind: 'bad'; complaint: string }
  | { kind: 'app' }
  | { kind: 'installation'; token: IssuedToken; account: Account };

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
    return { kind: 'installation', token, account: world.bot };
  }
  if (!/^eyJ[^.]+\.[^.]+\.[^.]+$/.test(credential)) return { kind: 'bad', complaint: 'Bad credentials' };
  const complaint = await checkAppJwt(world.app, credential);
  return complaint === null ? { kind: 'app' } : { kind: 'bad', complaint };
}

/** Whether the token was issued for this repository. */
export function tokenNames(token: IssuedToken, repository: Repository): boolean {
  if (token.installation.account !== repository.owner) return false;
  return token.repositoryIds === null || token.repositoryIds.includes(repository.id);
}

/** Whether the repository exists for the caller; a private one outside the token's scope does not. */
export function canSee(actor: Actor, repository: Repository): boolean {
  if (!repository.private) return true;
  return actor.kind === 'installation' && tokenNames(actor.token, repository);
}

/** Whether one of `alternatives` (`contents:write`) is granted on the repository. */
export function mayUse(actor: Actor, repository: Repository, alternatives: readonly string[]): boolean {
  const reads = alternatives.some((needed) => needed.endsWith(':read'));
  if (!repository.private && reads) return true;
  if (actor.kind !== 'installation' || !tokenNames(actor.token, repository)) return false;
  return alternatives.some((needed) => covers(actor.token.permissions, needed));
}
