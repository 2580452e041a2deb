import { AsyncLocalStorage } from 'node:async_hooks';
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span as OtelSpan,
  type Tracer,
} from '@opentelemetry/api';
import { ExportResultCode, parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.js';
import type { Span, SpanFacts, SpanName, SpanOptions, Tracing } from './tracing.js';

export interface OtelOptions {
  service: string;
  version: string;
  instance: string;
  otlpEndpoint: string;
  ratio: number;
  logger: Logger;
}

/** A collector that is slow or away costs spans, never a call. */
const EXPORT = { scheduledDelayMillis: 1000, exportTimeoutMillis: 5000, maxQueueSize: 2048, maxExportBatchSize: 512 };
/** Ids and codes are shorter; whatever else got in is cut. */
const LONGEST_VALUE = 128;
const CLOSE_MS = 1000;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;

/** Spans by OpenTelemetry's SDK, to a collector. Nothing is registered globally, no library is patched. */
export class OtelTracing implements Tracing {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;
  private readonly around = new AsyncLocalStorage<OtelSpan>();

  constructor({ service, version, instance, otlpEndpoint, ratio, logger }: OtelOptions) {
    const url = `${otlpEndpoint.replace(/\/+$/, '')}/v1/traces`;
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': service,
        'service.version': version,
        'service.instance.id': instance,
      }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
      spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: told(new OTLPTraceExporter({ url, timeoutMillis: 5000 }), logger),
          ...EXPORT,
        }),
      ],
    });
    this.tracer = this.provider.getTracer('holdshort', version);
  }

  async run<T>(name: SpanName, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
    const span = this.begin(name, options, this.contextOf(options.parent));
    try {
      return await this.around.run(span, () => work(shown(span)));
    } catch (thrown) {
      // no message: it may quote the call
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw thrown;
    } finally {
      span.end();
    }
  }

  note(name: SpanName, options: SpanOptions & { parent: string | undefined }, beganMs: number): void {
    const parent = contextOfParent(options.parent);
    if (parent) this.begin(name, options, parent, beganMs).end();
  }

  current(): string | undefined {
    const span = this.around.getStore();
    return span && traceparentOf(span);
  }

  async close(): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
  }

  private begin(name: SpanName, { kind, facts = {} }: SpanOptions, context: Context, startTime?: number): OtelSpan {
    const attributes = given(facts);
    return this.tracer.startSpan(
      name,
      { kind: kind ? KINDS[kind] : SpanKind.INTERNAL, attributes, ...(startTime === undefined ? {} : { startTime }) },
      context,
    );
  }

  private contextOf(parent: string | undefined): Context {
    const remote = contextOfParent(parent);
    if (remote) return remote;
    const span = this.around.getStore();
    return span ? trace.setSpan(ROOT_CONTEXT, span) : ROOT_CONTEXT;
  }
}

function contextOfParent(traceparent: string | undefined): Context | undefined {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent);
  if (!parent || !isSpanContextValid(parent)) return undefined;
  return trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}

function traceparentOf(span: OtelSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-0${(traceFlags & TraceFlags.SAMPLED).toString(16)}`;
}

const given = (facts: SpanFacts): Attributes =>
  Object.fromEntries(
    Object.entries<string | number | undefined>({ ...facts }).filter(([, value]) => value !== undefined),
  );

const shown = (span: OtelSpan): Span => ({
  traceparent: traceparentOf(span),
  set: (facts) => void span.setAttributes(given(facts)),
});

/** Says once that spans cannot be delivered, and once that they can again. */
function told(exporter: OTLPTraceExporter, logger: Logger): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed !== failing)
          logger.warn(failed ? 'the trace collector takes no spans' : 'the trace collector is back');
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
}
