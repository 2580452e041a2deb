import http from 'node:http';
import type { AuditTrail } from '@holdshort/audit-publisher';
import type { Identity } from '../enrolment/identity.js';
import { AGENT_VERSION } from '../config.js';
import type { AgentMetrics } from './metrics.js';

export interface AdminSources {
  identity: Identity;
  /** Of the workspace CA: its file, and the SHA-256 of its certificate as OpenSSL writes it. */
  ca: { file: string; sha256: string };
  trail: AuditTrail;
  connected: () => boolean;
  metrics: AgentMetrics;
}

/** /healthz (the process answers), /readyz (writes could be served now), /metrics (Prometheus). */
export function createAdminServer({ identity, ca, trail, connected, metrics }: AdminSources): http.Server {
  const json = (response: http.ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const routes: Record<string, (response: http.ServerResponse) => void> = {
    '/healthz': (response) => {
      json(response, 200, {
        status: 'ok',
        agent_id: identity.agentId,
        workspace: identity.workspace,
        version: AGENT_VERSION,
        ca_file: ca.file,
        ca_sha256: ca.sha256,
      });
    },
    '/readyz': (response) => {
      const ready = connected() && trail.isWritable();
      json(response, ready ? 200 : 503, {
        status: ready ? 'ready' : 'not ready',
        control_plane: connected(),
        audit: trail.status(),
      });
    },
    '/metrics': (response) => {
      metrics.expose().then(
        ({ contentType, text }) => response.writeHead(200, { 'content-type': contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    },
  };
  return http.createServer((request, response) => {
    const route = request.method === 'GET' ? routes[request.url ?? ''] : undefined;
    if (route) route(response);
    else json(response, 404, { error: 'Only GET /healthz, /readyz and /metrics are served here.' });
  });
}
