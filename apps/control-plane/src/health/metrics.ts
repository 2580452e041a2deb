import { showSpool, type AuditTrail } from '@holdshort/audit-publisher';
import { createMetrics, type MetricSet } from '@holdshort/telemetry';
import { CONTROL_PLANE_METRICS } from './metrics-table.js';

/** Injection token of the process's metrics. */
export const METRICS = Symbol('metrics');

export type ControlPlaneMetrics = MetricSet<typeof CONTROL_PLANE_METRICS>;

/** A set of its own per process part, so that two can run in one test process. */
export function openMetrics(trail: AuditTrail): ControlPlaneMetrics {
  const metrics = createMetrics(CONTROL_PLANE_METRICS);
  showSpool(metrics, 'control_plane', trail);
  return metrics;
}
