export * from './describe-with-kafka.js';
export { TraceCollector, type CollectedSpan } from './trace-collector.js';
