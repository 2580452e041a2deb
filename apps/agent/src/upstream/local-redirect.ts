import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { HoldshortError } from '@holdshort/errors';
import { capabilityAddress } from '../capability/capability-address.js';
import { signedAddress } from '../capability/signed-address.js';
import type { AgentContext } from '../exchange/agent-context.js';
import { staysHere } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Headers of a redirect's body, which repeats the address and is left out. */
const OF_BODY = ['content-type', 'content-encoding', 'content-length', 'etag', 'content-disposition'];

/**
 * A redirect that leaves its host, with a local capability in place of the address: following it brings the bytes
 * through the agent, without GitHub's credential. Undefined for every other answer.
 * @param passed the answer's headers as they would go to the client
 * @throws HoldshortError `host_unknown` where it leads to a host that is not GitHub's storage
 */
export function localRedirect(
  exchange: Exchange,
  agent: AgentContext,
  answer: { status: number; headers: IncomingHttpHeaders; passed: OutgoingHttpHeaders },
): OutgoingHttpHeaders | undefined {
  const { session, operation, entry, capability } = exchange;
  const target = REDIRECTS.has(answer.status) ? targetElsewhere(exchange, answer.headers.location) : undefined;
  if (target === undefined || !session) return undefined;
  refuseForWrites(exchange);
  const id = agent.capabilities.issue({
    sessionId: session.id,
    method: 'GET',
    target: signedAddress(target),
    headers: {},
    operation: { surface: 'download', id: 'download/redirected', intents: operation.intents },
    ...(capability?.object ? { object: capability.object } : {}),
  });
  const headers = { ...answer.passed };
  for (const name of OF_BODY) Reflect.deleteProperty(headers, name);
  return { ...headers, 'content-length': '0', location: capabilityAddress(id, entry, agent.endpointUrl()) };
}

/** Where the answer leads, if that is not the host that was asked. An address that a signed one leads to is always signed too. */
function targetElsewhere(exchange: Exchange, location: string | undefined): string | undefined {
  if (location === undefined) return undefined;
  const { operation, path, capability } = exchange;
  const here = capability?.target.href ?? `https://${operation.host}${path}`;
  const target = URL.parse(location, here);
  return target && staysHere(exchange, target) ? undefined : (target?.href ?? location);
}

function refuseForWrites({ method, operation }: Exchange): void {
  if ((method === 'GET' || method === 'HEAD') && operation.class === 'read') return;
  throw new HoldshortError('upstream_refused', 'GitHub answered a write with a redirect to another host.');
}
