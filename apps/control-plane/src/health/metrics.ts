import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@holdshort/telemetry';

/** Injection token of the process's metrics. */
export const METRICS = Symbol('metrics');

export interface ControlPlaneMetrics {
  registry: Registry;
  decisions: Counter<'effect'>;
  decisionSeconds: Histogram<'effect'>;
}

export interface MetricSources {
  /** Events on disk that have not been delivered. */
  auditPending: () => number;
}

/** A registry of its own per process part, so that two can run in one test process. */
export function createMetrics(sources: MetricSources): ControlPlaneMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'holdshort_audit_pending_events',
    help: 'Events on disk that are not delivered yet.',
    registers: [registry],
    collect() {
      this.set(sources.auditPending());
    },
  });
  return {
    registry,
    decisions: new Counter({
      name: 'holdshort_decisions_total',
      help: 'Decisions made.',
      labelNames: ['effect'],
      registers: [registry],
    }),
    decisionSeconds: new Histogram({
      name: 'holdshort_decision_seconds',
      help: 'From question to answer.',
      labelNames: ['effect'],
      // a cached decision takes about a millisecond, one that mints a token some hundred
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
  };
}
