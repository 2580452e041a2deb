/** Every span, by the process that makes it; docs/metrics-and-traces.md tells of them. */
export const SPAN_NAMES = [
  'call',
  'ask for a decision',
  'wait for people',
  'forward to GitHub',
  'decide',
  'look up session',
  'list permitted actions',
  'mint token',
  'store event',
] as const;
export type SpanName = (typeof SPAN_NAMES)[number];

/**
 * All that a span may say. Closed lists, ids of ours and numbers: no name of a repository, branch or file, no text of a
 * call, nothing secret; traces leave for systems that others may read.
 */
export interface SpanFacts {
  'holdshort.correlation_id'?: string | undefined;
  'holdshort.surface'?: string | undefined;
  'holdshort.class'?: string | undefined;
  'holdshort.effect'?: string | undefined;
  'holdshort.outcome'?: string | undefined;
  /** docs/reference/reasons.md */
  'holdshort.code'?: string | undefined;
  /** docs/reference/events.md */
  'holdshort.event_type'?: string | undefined;
  'http.response.status_code'?: number | undefined;
}

export interface Span {
  /** W3C Trace Context, `00-<trace id>-<span id>-<flags>`; undefined where nothing is traced. */
  readonly traceparent: string | undefined;
  set(facts: SpanFacts): void;
}

export interface SpanOptions {
  kind?: 'server' | 'client' | 'consumer';
  /** Traceparent of another process; without one (or an unreadable one) the span around is the parent. */
  parent?: string | undefined;
  facts?: SpanFacts;
}

export interface Tracing {
  /** Runs the work in a span that ends with it; spans that begin in it are its children. */
  run<T>(name: SpanName, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
  /** A span of the past, in milliseconds since 1970; nothing without a parent that can be read. */
  note(name: SpanName, options: SpanOptions & { parent: string | undefined }, beganMs: number): void;
  /** Traceparent of the span around. */
  current(): string | undefined;
  /** Sends what waits. */
  close(): Promise<void>;
}

const NO_SPAN: Span = { traceparent: undefined, set: () => undefined };

/** Where no collector is configured: nothing is made, kept or loaded. */
export const NO_TRACING: Tracing = {
  run: (_name, _options, work) => work(NO_SPAN),
  note: () => undefined,
  current: () => undefined,
  close: () => Promise.resolve(),
};
