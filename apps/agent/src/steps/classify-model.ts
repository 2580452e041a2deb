import { classifyModel } from '@holdshort/github-operations';
import type { Exchange } from '../exchange/exchange.js';
import { adopt } from './classify.js';

/** Calls to the hosts of other models: method and path. */
export function classifyModelCall(exchange: Exchange): Promise<void> {
  const { host, method, path } = exchange;
  adopt(exchange, classifyModel({ host, method, path }));
  return Promise.resolve();
}
