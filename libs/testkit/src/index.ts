export * from './describe-or-skip.js';
export * from './describe-with-kafka.js';
export * from './openssl-authority.js';
export { TraceCollector, type CollectedSpan } from './trace-collector.js';
