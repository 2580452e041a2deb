import { covers } from '../access/permissions.js';
import { credentialOf } from '../access/actor.js';
import type { IssuedToken } from '../access/token-store.js';
import type { World } from '../world/world.js';
import type { Exchange } from './exchange.js';

/** An answer of the registry that is not a success, in the form of the OCI distribution specification. */
export class RegistryProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface RegistryCall {
  world: World;
  exchange: Exchange;
  method: string;
  /** `owner/image` */
  name: string;
  /** What follows the name: `manifests/v1`, `blobs/uploads/`. */
  rest: string;
}

/** Answers without a body, or with one that is JSON already. */
export function reply(
  { res }: Exchange,
  status: number,
  headers: Record<string, string | number> = {},
  body: Buffer | string = '',
): void {
  res.writeHead(status, {
    'docker-distribution-api-version': 'registry/2.0',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  res.end(body);
}

/** The installation's token: as it is with Basic, in base64 with Bearer, as `GET /token` hands it out. */
export function tokenOf(world: World, { req }: Exchange): IssuedToken | null {
  const credential = credentialOf(req);
  if (credential === null) return null;
  const isBearer = /^bearer /i.test(req.headers.authorization ?? '');
  return world.tokens.find(isBearer ? Buffer.from(credential, 'base64').toString('utf8') : credential);
}

/** @throws RegistryProblem where the token is not good, not the owner's, or has no such permission */
export function requirePackages({ world, exchange, name }: RegistryCall, level: 'read' | 'write'): void {
  const token = tokenOf(world, exchange);
  if (!token) throw new RegistryProblem(401, 'UNAUTHORIZED', 'authentication required');
  const owns = token.installation?.account.login.toLowerCase() === name.split('/')[0];
  if (!owns || !covers(token.permissions, `packages:${level}`))
    throw new RegistryProblem(403, 'DENIED', `permission_denied: ${level}_package`);
}
