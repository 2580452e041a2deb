import type { Exchange } from '../http/exchange.js';
import type { World } from '../world/world.js';
import { serveModel } from './serve-model.js';

/** The hosts of Anthropic and OpenAI: a key of theirs is wanted, and a credential of GitHub's is a fault of the caller. */
export async function serveOtherModel(world: World, exchange: Exchange): Promise<void> {
  const { req, res, url } = exchange;
  const key = String(req.headers['x-api-key'] ?? req.headers.authorization ?? '');
  if (!/sk-/.test(key) || /gh[a-z]_/.test(key)) {
    req.resume();
    res.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"invalid key"}}');
    return;
  }
  if (url.pathname.startsWith('/v1/')) return serveModel(world, exchange, true);
  req.resume();
  res.writeHead(404, { 'content-type': 'application/json' }).end('{}');
}
