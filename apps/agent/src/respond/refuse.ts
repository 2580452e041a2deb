import type { HoldshortError } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';
import { REGISTRY_HOST } from '../exchange/hosts.js';
import { refuseGraphql, refuseRest } from './api-refusal.js';
import { refuseMcp } from './mcp-refusal.js';
import { refuseRegistry } from './registry-refusal.js';
import { refuseModel } from './model-refusal.js';
import { refuseLfs } from './lfs-refusal.js';
import { refuseAdvertisement, refuseFetch, refusePush } from './git-refusal.js';

/** Answers a refused call in the form that its client shows to people. */
export function refuse(exchange: Exchange, error: HoldshortError): void {
  const { path, operation, host } = exchange;
  if (operation.surface === 'git' && path.endsWith('/git-receive-pack')) refusePush(exchange, error);
  else if (operation.surface === 'git' && path.endsWith('/git-upload-pack')) refuseFetch(exchange, error);
  else if (operation.surface === 'git') refuseAdvertisement(exchange, error);
  else if (operation.surface === 'graphql') refuseGraphql(exchange, error);
  else if (operation.surface === 'mcp') refuseMcp(exchange, error);
  else if (operation.surface === 'copilot') refuseModel(exchange, error);
  else if (operation.surface === 'lfs') refuseLfs(exchange, error);
  else if (host === REGISTRY_HOST) refuseRegistry(exchange, error);
  else refuseRest(exchange, error);
}
