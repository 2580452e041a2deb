import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Actor } from '../access/actor.js';
import type { Exchange } from '../http/exchange.js';
import { answer } from '../rest/serve-api.js';
import type { World } from '../world/world.js';

export interface InnerCall {
  method: string;
  /** With query. */
  path: string;
  body?: unknown;
}

/** A REST call from within, by whoever called from without: tools have the rules of REST. @throws GitHubError */
export async function callApi(world: World, exchange: Exchange, actor: Actor, call: InnerCall): Promise<unknown> {
  const bytes = call.body === undefined ? [] : [Buffer.from(JSON.stringify(call.body))];
  const request = Object.assign(Readable.from(bytes), { method: call.method, headers: exchange.req.headers });
  const inner: Exchange = {
    ...exchange,
    req: request as unknown as IncomingMessage,
    host: 'api.github.com',
    url: new URL(call.path, 'https://api.github.com'),
  };
  return (await answer(world, inner, actor, '')).body;
}
