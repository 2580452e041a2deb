import { HoldshortError } from '@holdshort/errors';

/**
 * Where an issuer publishes its keys (OpenID Connect Discovery 1.0, 4).
 * @throws HoldshortError `upstream_unreachable`, or `not_authenticated` for an address that is not allowed
 */
export async function discoverKeys(issuer: string, isAllowed: (url: URL) => boolean, timeoutMs: number): Promise<URL> {
  const address = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!isAllowed(address)) throw new HoldshortError('not_authenticated', 'An issuer must be reached over https.');
  const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  const document = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (document.issuer !== issuer || typeof document.jwks_uri !== 'string')
    throw new HoldshortError('upstream_unreachable', 'The issuer describes itself as another, or names no keys.');
  return new URL(document.jwks_uri);
}
