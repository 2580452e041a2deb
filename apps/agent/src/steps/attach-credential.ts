import type { OutgoingHttpHeaders } from 'node:http';
import { HoldshortError } from '@holdshort/errors';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { GIST_HOST, GITHUB_HOST, REGISTRY_HOST } from '../exchange/hosts.js';

/** RFC 9110 7.6.1 hop-by-hop headers, every credential a client can send, and what the agent sets itself. */
export const DROPPED: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-authorization',
  'proxy-authenticate',
  'authorization',
  'cookie',
  'x-api-key',
  'api-key',
  'x-github-token',
  'expect',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'via',
]);

/**
 * From here on the call may reach GitHub: its attempt must be on disk, and it carries the lease instead of
 * whatever the client sent. The token exists only in this header.
 */
export async function attachCredential(exchange: Exchange): Promise<void> {
  if (exchange.push?.commands.probe) return;
  await exchange.attempt;
  const headers: OutgoingHttpHeaders = { host: calledHost(exchange) };
  for (const [name, value] of Object.entries(exchange.request.headers)) {
    if (value !== undefined && !DROPPED.has(name)) headers[name] = value;
  }
  const lease = exchange.decision?.lease;
  if (!lease && isTelemetry(exchange)) {
    exchange.upstreamHeaders = headers;
    return;
  }
  if (!lease) throw new HoldshortError('lease_unavailable', 'No GitHub credential was issued for this call.');
  headers['authorization'] = authorization(exchange.host, lease.token);
  exchange.upstreamHeaders = headers;
}

/** Telemetry goes out without a credential: it needs none, and gets none. */
const isTelemetry = ({ operation }: Exchange): boolean =>
  operation.intents.every(({ action }) => action === 'telemetry.send');

/**
 * git hosts take the token as Basic password (GitHub: "Authenticating as a GitHub App installation"), the API as Bearer,
 * the registry as Bearer in base64, as it hands tokens out itself
 * (github.com/argoproj-labs/argocd-image-updater/issues/303).
 */
function authorization(host: string, token: string): string {
  if (host === REGISTRY_HOST) return `Bearer ${Buffer.from(token).toString('base64')}`;
  if (host !== GITHUB_HOST && host !== GIST_HOST) return `Bearer ${token}`;
  return `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
}
