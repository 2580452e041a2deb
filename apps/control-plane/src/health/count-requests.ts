import type { RequestHandler } from 'express';
import type { ControlPlaneMetrics } from './metrics.js';

/** Counts what was answered, refusals and unknown routes included. */
export const countRequests =
  (metrics: ControlPlaneMetrics): RequestHandler =>
  (request, response, next) => {
    const began = performance.now();
    response.once('finish', () => {
      const { method } = request;
      const status = `${Math.floor(response.statusCode / 100)}xx`;
      metrics.add('holdshort_control_plane_http_requests_total', { method, status });
      metrics.observe(
        'holdshort_control_plane_http_request_duration_seconds',
        { method },
        (performance.now() - began) / 1000,
      );
    });
    next();
  };
