import type { Intent } from '../operation.js';
import { refuse } from '../unclassifiable.js';
import { ownerOfImage } from './registry-names.js';

const ACTIONS: Readonly<Record<string, Intent['action']>> = {
  pull: 'package.read',
  push: 'package.write',
  delete: 'package.delete',
};

/**
 * What ghcr.io names in its challenge to `/v2/`, whoever asks: a placeholder that some clients send back as it is
 * (github.com/cloudflare/serverless-registry/issues/148).
 */
const PLACEHOLDER = 'repository:user/image:pull';

function intentsOfScope(scope: string): Intent[] {
  const [, name = '', actions = ''] = /^repository:([^:]+):([a-z,]+)$/.exec(scope) ?? [];
  const owner = ownerOfImage(name);
  if (owner === undefined)
    return refuse('request_malformed', 'A scope of the token request is not `repository:OWNER/IMAGE:ACTIONS`.');
  return actions.split(',').map((action) => {
    const known = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (known === undefined)
      return refuse('request_malformed', 'A scope names an action that Holdshort does not know.');
    return { action: known, target: { owner, account: true } };
  });
}

/**
 * What a token is asked for (distribution specification, "Token Authentication Specification"): scopes stand in
 * several parameters, or in one with spaces between. Without any it only proves who asks.
 * @throws Unclassifiable
 */
export function intentsOfTokenRequest(query: URLSearchParams): Intent[] {
  const services = query.getAll('service');
  if (services.some((service) => service !== 'ghcr.io') || services.length > 1)
    return refuse('request_malformed', 'The token request names another service than ghcr.io.');
  const scopes = query
    .getAll('scope')
    .flatMap((text) => text.split(' '))
    .filter((scope) => scope !== '' && scope !== PLACEHOLDER);
  const intents = scopes.flatMap(intentsOfScope);
  return intents.length > 0 ? intents : [{ action: 'metadata.read', target: { account: true } }];
}
