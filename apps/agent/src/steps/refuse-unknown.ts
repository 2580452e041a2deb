import { adopt } from './classify.js';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';

/** The end of a call that no pipeline is for: whatever its path would mean elsewhere, it is not known on this host. */
export function refuseUnknown(exchange: Exchange): Promise<void> {
  const { method, path } = exchange;
  const message = `${method} ${path.slice(0, 200)} on ${calledHost(exchange)} is not a call that Holdshort knows, and unknown calls are refused.`;
  adopt(exchange, { refusal: { code: 'operation_unknown', message } });
  return Promise.resolve();
}
