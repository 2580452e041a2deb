import type { ReasonCode } from './reason-codes.js';

export interface HoldshortErrorOptions {
  /** What the reader can do instead, one sentence. */
  advice?: string;
  cause?: unknown;
}

/**
 * The one error type that crosses processes. `message` is written for the person (and the language
 * model) who made the call, so it must never carry a secret, a stack or an internal address.
 * It is rendered only at the edge: as problem+json, as a gRPC status, as a git report.
 */
export class HoldshortError extends Error {
  override readonly name = 'HoldshortError';
  readonly code: ReasonCode;
  readonly advice: string | undefined;

  constructor(code: ReasonCode, message: string, options: HoldshortErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.advice = options.advice;
  }
}

/** Any thrown value as a HoldshortError; what is not one becomes `internal_error` without its text. */
export function toHoldshortError(thrown: unknown): HoldshortError {
  if (thrown instanceof HoldshortError) return thrown;
  return new HoldshortError('internal_error', 'Holdshort failed to handle the call.', { cause: thrown });
}
