/**
 * Flags of Node that keep the agent below 80 MB idle and 150 MB under load (docs/benchmarks.md); 255-280 MB without.
 * Unrolled loops of undici's HTTP parser, which V8 compiles anew at the first load, take the compiler 15 MB (heaptrack),
 * 4 MB of the peak at 200 streams, and no throughput was lost without them. With --optimize-for-size the peak is 7 MB
 * lower still, and a stream a fifth slower.
 */
export const AGENT_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=48', '--no-wasm-loop-unrolling'] as const;

/**
 * Settings of glibc's malloc, which Node's buffers and TLS use: one arena, not eight for each core, and thresholds that
 * stay where they are, so that what a burst took goes back to the system (mallopt(3)): 12 MB less at 200 streams. From 32
 * KB on a block has pages of its own: Node holds 64 KB for each TLS connection to read into, of which a page or two are
 * ever touched, and V8's compilers take their memory in such blocks. 6 MB less at 200 streams than with 128 KB.
 */
export const AGENT_MALLOC = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '32768',
} as const;
