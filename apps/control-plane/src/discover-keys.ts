import { HoldshortError } from '@holdshort/errors';
import { askJson } from './ask-json.js';

/**
 * Where an issuer publishes its keys (OpenID Connect Discovery 1.0, 4).
 * @param isAllowed whether an address may be asked at all
 * @throws HoldshortError `upstream_unreachable`, or `not_authenticated` for an address that is not allowed
 */
export async function discoverKeys(issuer: string, isAllowed: (url: URL) => boolean): Promise<URL> {
  const address = new URL(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`);
  refuseUnsafe(address, isAllowed);
  const { status, body } = await askJson(address.href, { method: 'GET', headers: { accept: 'application/json' } });
  const { issuer: named, jwks_uri: keys } = (body ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  const uri = status === 200 && named === issuer && typeof keys === 'string' ? URL.parse(keys) : null;
  if (!uri) throw new HoldshortError('upstream_unreachable', 'The issuer does not say where its keys are.');
  refuseUnsafe(uri, isAllowed);
  return uri;
}

function refuseUnsafe(url: URL, isAllowed: (url: URL) => boolean): void {
  if (!isAllowed(url))
    throw new HoldshortError('not_authenticated', 'An issuer and its keys must be reached over https.');
}
