import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readBody } from '../http/exchange.js';
import { GitHubError } from '../http/github-error.js';
import type { ServerParts } from '../http/standin-server.js';
import { CONTROL_ROUTES } from './control-routes.js';

function send(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

async function answer(parts: ServerParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://127.0.0.1');
  const call = `${req.method ?? ''} ${url.pathname}`;
  for (const [pattern, run] of CONTROL_ROUTES) {
    const match = pattern.exec(call);
    if (!match) continue;
    const text = (await readBody(req)).toString('utf8');
    const body: unknown = text === '' ? {} : JSON.parse(text);
    send(res, 200, await run(parts, { names: match.slice(1).map(decodeURIComponent), query: url.searchParams, body }));
    return;
  }
  send(res, 404, { message: `No control route ${call}` });
}

async function handle(parts: ServerParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    await answer(parts, req, res);
  } catch (error) {
    send(res, error instanceof GitHubError ? error.status : 400, {
      message: error instanceof Error ? error.message : 'failed',
    });
  }
}

/** The test control: what GitHub has no interface for. Loopback only, no credential. */
export async function startControl(parts: ServerParts, port: number): Promise<Server> {
  const server = createServer((req, res) => void handle(parts, req, res));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
