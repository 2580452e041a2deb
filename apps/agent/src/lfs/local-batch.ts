import { HoldshortError } from '@holdshort/errors';
import type { LfsObject } from '@holdshort/github-operations';
import { CAPABILITY_SECONDS, type Capability } from '../capability/capabilities.js';
import { capabilityAddress } from '../capability/capability-address.js';
import { signedAddress } from '../capability/signed-address.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';

/** Actions of git-lfs docs/api/basic-transfers.md and their methods. */
const METHODS: Readonly<Record<'upload' | 'download', Readonly<Record<string, Capability['method']>>>> = {
  upload: { upload: 'PUT', verify: 'POST' },
  download: { download: 'GET' },
};

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unreadable = (): HoldshortError =>
  new HoldshortError('upstream_refused', "GitHub's answer to the LFS batch could not be read.");

function parsed(body: Buffer): unknown[] {
  try {
    const answer: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(answer) && Array.isArray(answer['objects'])) return answer['objects'];
  } catch {
    throw unreadable();
  }
  throw unreadable();
}

/** An answer to a batch whose addresses are local capabilities; signed ones and their headers stay in the agent. */
export function localBatch(exchange: Exchange, agent: AgentContext, body: Buffer): Json {
  return {
    transfer: 'basic',
    objects: parsed(body).map((entry) => localObject(exchange, agent, entry)),
    hash_algo: 'sha256',
  };
}

function localObject(exchange: Exchange, agent: AgentContext, entry: unknown): Json {
  if (!isObject(entry)) throw unreadable();
  const object = exchange.lfs?.objects.find(({ oid }) => oid === entry['oid']);
  if (!object)
    throw new HoldshortError('upstream_refused', "GitHub's answer names an LFS object that was not asked for.");
  const { error, actions } = entry;
  const refused = exchange.session && agent.capabilities.refusalOf(exchange.session.id, object.oid);
  // git-lfs docs/api/batch.md: 422 for an object that does not pass validation
  if (refused !== undefined && exchange.lfs?.operation === 'upload')
    return { ...object, error: { code: 422, message: refused } };
  if (isObject(error)) return { ...object, error: { code: Number(error['code']), message: String(error['message']) } };
  // in the proxy the session stands in the CONNECT; at the endpoint the client has to name it at each call
  const authenticated = exchange.entry === 'proxy' ? { authenticated: true } : {};
  if (!isObject(actions)) return { ...object, ...authenticated };
  const local = Object.entries(actions).map(([name, action]) => [
    name,
    localAction(exchange, agent, { object, name, action }),
  ]);
  return { ...object, ...authenticated, actions: Object.fromEntries(local) as Json };
}

function localAction(
  exchange: Exchange,
  agent: AgentContext,
  { object, name, action }: { object: LfsObject; name: string; action: unknown },
): Json {
  const { session, lfs, operation } = exchange;
  const methods = METHODS[lfs?.operation ?? 'download'];
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!session || !method || !isObject(action) || typeof action['href'] !== 'string') throw unreadable();
  const id = agent.capabilities.issue({
    sessionId: session.id,
    method,
    target: signedAddress(action['href']),
    headers: headersOf(action['header']),
    operation: { surface: 'lfs', id: `lfs/${name}`, intents: operation.intents },
    object,
  });
  const href = capabilityAddress(id, exchange.entry, agent.endpointUrl());
  return { href, expires_in: CAPABILITY_SECONDS };
}

/** Headers that would change whom the request goes to or how it is framed are not GitHub's to set. */
const NOT_TAKEN = /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/;

function headersOf(header: unknown): Record<string, string> {
  const entries = isObject(header) ? Object.entries(header) : [];
  return Object.fromEntries(
    entries
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, value]): [string, string] => [name.toLowerCase(), value])
      .filter(([name]) => !NOT_TAKEN.test(name)),
  );
}
