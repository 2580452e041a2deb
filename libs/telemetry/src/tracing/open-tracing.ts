import type { Logger } from '../logger.js';
import { NO_TRACING, type Tracing } from './tracing.js';

/** Rows for the settings table of a process. The names are those that every OpenTelemetry SDK reads. */
export const TRACING_SETTINGS = {
  otlpEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    kind: 'text',
    optional: true,
    reason:
      'Base URL of an OpenTelemetry collector (OTLP over HTTP, `/v1/traces` is added). Unset: nothing is traced. `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_EXPORTER_OTLP_CERTIFICATE` count as well.',
  },
  traceRatio: {
    env: 'OTEL_TRACES_SAMPLER_ARG',
    kind: 'text',
    default: '1',
    reason: 'Share of calls that are traced, 0 to 1. The agent chooses; the other processes follow.',
  },
} as const;

export interface TracingOptions {
  service: string;
  version: string;
  /** Which process of the service this is. */
  instance: string;
  otlpEndpoint: string | undefined;
  /** 0 to 1, as text. */
  traceRatio: string;
  logger: Logger;
}

/** Loads the SDK only where a collector is configured: an agent without one must not carry it. @throws Error for a ratio that is none */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  if (options.otlpEndpoint === undefined) return NO_TRACING;
  const ratio = Number(options.traceRatio);
  if (options.traceRatio.trim() === '' || !(ratio >= 0 && ratio <= 1))
    throw new Error(`${TRACING_SETTINGS.traceRatio.env} must be a number from 0 to 1.`);
  const { OtelTracing } = await import('./otel-tracing.js');
  return new OtelTracing({ ...options, otlpEndpoint: options.otlpEndpoint, ratio });
}
