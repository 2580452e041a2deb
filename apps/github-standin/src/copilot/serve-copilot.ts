import { identify, tokenOf } from '../access/actor.js';
import type { Exchange } from '../http/exchange.js';
import type { World } from '../world/world.js';
import { serveMcp } from './serve-mcp.js';
import { serveModel } from './serve-model.js';

/** Copilot's hosts: GitHub's MCP server and models. Telemetry is taken from anybody, all else needs a token. */
export async function serveCopilot(world: World, exchange: Exchange): Promise<void> {
  const { req, res, host, url } = exchange;
  if (host.includes('telemetry')) {
    req.resume();
    res.writeHead(202).end();
    return;
  }
  const actor = await identify(world, req);
  if (!tokenOf(actor)) {
    req.resume();
    res.writeHead(401, { 'content-type': 'text/plain' }).end('unauthorized: bad token\n');
    return;
  }
  if (/^\/mcp(\/|$)/.test(url.pathname)) return serveMcp(world, exchange, actor);
  return serveModel(world, exchange);
}
