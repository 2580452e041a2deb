/** Flags of Node that keep the agent below 90 MB idle and 150 MB under load (docs/benchmarks.md); 255-280 MB without. */
export const AGENT_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=48'] as const;

/**
 * Settings of glibc's malloc, which Node's buffers and TLS use: one arena, not eight for each core, and thresholds that
 * stay where they are, so that what a burst took goes back to the system (mallopt(3)). 12 MB less at 200 streams.
 */
export const AGENT_MALLOC = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
} as const;
