export * from './logger.js';
export * from './metrics.js';
export { NO_TRACING, SPAN_NAMES, type Span, type SpanFacts, type SpanName, type Tracing } from './tracing/tracing.js';
export { openTracing, TRACING_SETTINGS, type TracingOptions } from './tracing/open-tracing.js';
