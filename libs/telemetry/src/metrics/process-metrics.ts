import type { MetricRow } from './metric-table.js';

type ProcessRow = Omit<MetricRow, 'labels' | 'buckets' | 'unit'> & { labels?: readonly string[] };

const gauge = (meaning: string, ...labels: string[]): ProcessRow => ({ kind: 'gauge', meaning, labels });
const counter = (meaning: string): ProcessRow => ({ kind: 'counter', meaning });

/** What prom-client adds to every process, as it does for any Node program. Those of /proc are there on Linux only. */
export const PROCESS_METRICS: Readonly<Record<string, ProcessRow>> = {
  process_cpu_user_seconds_total: counter('CPU time in user mode.'),
  process_cpu_system_seconds_total: counter('CPU time in the kernel.'),
  process_cpu_seconds_total: counter('Both.'),
  process_start_time_seconds: gauge('When the process began, seconds since 1970.'),
  process_resident_memory_bytes: gauge('Memory that is resident (RSS).'),
  process_virtual_memory_bytes: gauge('Address space.'),
  process_heap_bytes: gauge('Data segment.'),
  process_open_fds: gauge('Open file descriptors.'),
  process_max_fds: gauge('How many may be open.'),
  nodejs_eventloop_lag_seconds: gauge('Delay of the event loop at the scrape.'),
  nodejs_eventloop_lag_min_seconds: gauge('Least delay of the event loop since the last scrape.'),
  nodejs_eventloop_lag_max_seconds: gauge('Greatest.'),
  nodejs_eventloop_lag_mean_seconds: gauge('Mean.'),
  nodejs_eventloop_lag_stddev_seconds: gauge('Standard deviation.'),
  nodejs_eventloop_lag_p50_seconds: gauge('Median.'),
  nodejs_eventloop_lag_p90_seconds: gauge('90th percentile.'),
  nodejs_eventloop_lag_p99_seconds: gauge('99th percentile.'),
  nodejs_active_resources: gauge('What keeps the event loop alive, by type.', 'type'),
  nodejs_active_resources_total: gauge('All of it.'),
  nodejs_active_handles: gauge('Open handles of libuv, by type.', 'type'),
  nodejs_active_handles_total: gauge('All of them.'),
  nodejs_active_requests: gauge('Requests of libuv under way, by type.', 'type'),
  nodejs_active_requests_total: gauge('All of them.'),
  nodejs_heap_size_total_bytes: gauge('Size of the heap of V8.'),
  nodejs_heap_size_used_bytes: gauge('How much of it is used.'),
  nodejs_external_memory_bytes: gauge('Memory of objects outside of the heap.'),
  nodejs_heap_space_size_total_bytes: gauge('Size of each space of the heap.', 'space'),
  nodejs_heap_space_size_used_bytes: gauge('How much of it is used.', 'space'),
  nodejs_heap_space_size_available_bytes: gauge('How much of it is free.', 'space'),
  nodejs_version_info: gauge('1, with the version of Node.', 'version', 'major', 'minor', 'patch'),
  nodejs_gc_duration_seconds: {
    kind: 'histogram',
    meaning: 'Pauses of garbage collection, by kind.',
    labels: ['kind'],
  },
};
