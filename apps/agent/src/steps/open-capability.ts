import { HoldshortError } from '@holdshort/errors';
import { gravestClass } from '@holdshort/github-operations';
import { capabilityId } from '../capability/capability-address.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';

/** What a local address stands for, if it was given to this session, for this method, within the last minutes. */
export function openCapability(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { host, path, query, method, session } = exchange;
  const id = capabilityId(host, path);
  if (id === undefined || !session) throw new Error('open-capability stands after identify-session');
  const capability = query === '' ? agent.capabilities.find(id, session.id) : undefined;
  const asked = method === 'HEAD' ? 'GET' : method;
  if (capability?.method !== asked) throw notGiven();
  const { operation, target } = capability;
  exchange.capability = capability;
  exchange.operation = {
    ...operation,
    class: gravestClass(operation.intents),
    method,
    path: target.pathname,
    host: target.hostname,
  };
  return Promise.resolve();
}

const notGiven = (): HoldshortError =>
  new HoldshortError(
    'not_authorized',
    'This address was not given to this session for this call, or its five minutes are over.',
    {
      advice: 'Repeat the call that led here; it gives a new address.',
    },
  );
