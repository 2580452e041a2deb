import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import type { IngestMetrics } from './ingest-metrics.js';

export interface HealthServerOptions {
  port: number;
  metrics: Pick<IngestMetrics, 'expose'>;
  /** Why the process is not ready; empty when it is. */
  problems: () => Promise<string[]>;
}

/** `/healthz` (the process lives), `/readyz` (it can store and read), `/metrics`; on the loopback only. */
export function startHealthServer(options: HealthServerOptions): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch(() => {
      response.writeHead(500).end();
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : options.port;
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => {
            closed();
          });
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${port}`, close });
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HealthServerOptions): Promise<void> {
  if (request.url === '/healthz') {
    sendJson(response, 200, { status: 'ok' });
    return;
  }
  if (request.url === '/readyz') {
    const problems = await options.problems();
    sendJson(response, problems.length === 0 ? 200 : 503, {
      status: problems.length === 0 ? 'ok' : 'unready',
      problems,
    });
    return;
  }
  if (request.url !== '/metrics') {
    sendJson(response, 404, { status: 'not found' });
    return;
  }
  const { contentType, text } = await options.metrics.expose();
  response.writeHead(200, { 'content-type': contentType });
  response.end(text);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
