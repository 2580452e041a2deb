export { Registry, Counter, Gauge, Histogram, collectDefaultMetrics } from 'prom-client';
