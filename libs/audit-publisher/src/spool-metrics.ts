import type { MetricRow, MetricSet, MetricTable } from '@holdshort/telemetry';
import type { AuditTrail } from './audit-trail.js';

const STATES = ['ok', 'full', 'failed'] as const;

const gauge = <U extends MetricRow['unit']>(unit: U, meaning: string) => ({ kind: 'gauge', unit, meaning }) as const;

/** What each process with a spool shows of it; names continue `holdshort_<process>_`. */
const ROWS = {
  spool_depth_events: gauge('events', 'Events and checkpoints on disk that are not delivered yet.'),
  spool_age_seconds: gauge('seconds', 'Age of the oldest of them; 0 where there is none.'),
  spool_bytes: gauge('bytes', 'Size of the audit spool, what is delivered but not yet freed included.'),
  spool_limit_bytes: gauge('bytes', 'Size at which it is full: then writes are refused, nothing is dropped.'),
  spool_state: {
    ...gauge('yes or no', '1 for the state that the spool is in: full and failed refuse writes.'),
    labels: { state: STATES },
  },
  published_events_total: {
    ...{ kind: 'counter', unit: 'events' },
    meaning: 'Events and checkpoints whose delivery was acknowledged by Kafka or the relay.',
  },
  publish_failures_total: {
    ...{ kind: 'counter', unit: 'times' },
    meaning: 'Tries to deliver that failed; each is repeated until it succeeds.',
  },
  publisher_connected: gauge('yes or no', '1 where the last try to deliver succeeded.'),
} as const satisfies MetricTable;

type Process = 'agent' | 'control_plane';
type Rows = typeof ROWS;
export type SpoolMetrics<P extends Process> = {
  readonly [N in keyof Rows as `holdshort_${P}_${N}`]: Rows[N];
};

/** Rows for the table of a process. */
export const spoolMetrics = <P extends Process>(process: P): SpoolMetrics<P> =>
  Object.fromEntries(
    Object.entries(ROWS).map(([name, row]) => [`holdshort_${process}_${name}`, row]),
  ) as SpoolMetrics<P>;

/** From now on a scrape shows the trail's spool. */
export function showSpool(metrics: MetricSet<SpoolMetrics<Process>>, process: Process, trail: AuditTrail): void {
  const name = <N extends keyof Rows>(row: N) => `holdshort_${process}_${row}` as const;
  const status = () => trail.status();
  metrics.read(name('spool_depth_events'), () => status().pending);
  metrics.read(name('spool_age_seconds'), () => status().oldestPendingMs / 1000);
  metrics.read(name('spool_bytes'), () => status().bytes);
  metrics.read(name('spool_limit_bytes'), () => status().maxBytes);
  metrics.read(name('spool_state'), () =>
    STATES.map((state) => ({ labels: { state }, value: Number(status().state === state) })),
  );
  metrics.read(name('published_events_total'), () => status().publisher.delivered);
  metrics.read(name('publish_failures_total'), () => status().publisher.failures);
  metrics.read(name('publisher_connected'), () => Number(status().publisher.connected));
}
