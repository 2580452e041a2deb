import type { Metadata } from '@grpc/grpc-js';

/** Injection token of the process's tracing. */
export const TRACING = Symbol('tracing');

/** The caller's span, from the metadata of a call (W3C Trace Context). */
export const parentIn = (metadata: Metadata): string | undefined => metadata.get('traceparent')[0]?.toString();
