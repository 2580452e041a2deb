export * from './metrics/metric-table.js';
export { createMetrics, type MetricSet, type Reading } from './metrics/metric-set.js';
export { PROCESS_METRICS } from './metrics/process-metrics.js';
