import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from '@holdshort/telemetry';
import type { AuditTrail } from '@holdshort/audit-publisher';
import type { Exchange } from '../exchange/exchange.js';

/** Seconds; from a cached read to a push that waits for people. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

/** Prometheus metrics of the agent; labels are closed lists, never names or paths of the client. */
export class AgentMetrics {
  readonly registry = new Registry();
  readonly #calls: Counter;
  readonly #duration: Histogram;
  readonly #underWay: Gauge;

  constructor(sources: { trail: AuditTrail; connected: () => boolean }) {
    collectDefaultMetrics({ register: this.registry });
    const registers = [this.registry];
    this.#calls = new Counter({
      name: 'holdshort_agent_calls_total',
      help: 'Calls by surface, class and outcome code.',
      labelNames: ['surface', 'class', 'code'],
      registers,
    });
    this.#duration = new Histogram({
      name: 'holdshort_agent_call_seconds',
      help: 'Time of a call, waiting for people included.',
      labelNames: ['surface'],
      buckets: BUCKETS,
      registers,
    });
    this.#underWay = new Gauge({
      name: 'holdshort_agent_calls_under_way',
      help: 'Calls that have not ended.',
      registers,
    });
    const gauge = (name: string, help: string, read: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    };
    gauge(
      'holdshort_agent_spool_pending_events',
      'Events that are on disk but not yet delivered.',
      () => sources.trail.status().pending,
    );
    gauge('holdshort_agent_spool_bytes', 'Bytes of the audit spool.', () => sources.trail.status().bytes);
    gauge(
      'holdshort_agent_spool_oldest_seconds',
      'Age of the oldest undelivered event.',
      () => sources.trail.status().oldestPendingMs / 1000,
    );
    gauge('holdshort_agent_control_plane_connected', '1 while the Watch stream stands.', () =>
      Number(sources.connected()),
    );
  }

  #open = 0;

  /** Calls that have not ended. */
  underWay(): number {
    return this.#open;
  }

  started(): void {
    this.#open += 1;
    this.#underWay.inc();
  }

  observe({ operation, error, startedAt }: Exchange): void {
    this.#open -= 1;
    this.#underWay.dec();
    this.#calls.inc({ surface: operation.surface, class: operation.class, code: error?.code ?? 'ok' });
    this.#duration.observe({ surface: operation.surface }, (performance.now() - startedAt) / 1000);
  }
}
