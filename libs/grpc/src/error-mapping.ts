import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { HoldshortError, isReasonCode, toHoldshortError, type ReasonCode } from '@holdshort/errors';

const STATUS_OF: Partial<Record<ReasonCode, status>> = {
  not_authenticated: status.UNAUTHENTICATED,
  not_authorized: status.PERMISSION_DENIED,
  not_found: status.NOT_FOUND,
  session_unknown: status.NOT_FOUND,
  session_ended: status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  rate_limited: status.RESOURCE_EXHAUSTED,
  github_rate_limited: status.RESOURCE_EXHAUSTED,
  request_malformed: status.INVALID_ARGUMENT,
  internal_error: status.INTERNAL,
};

const REASON_KEY = 'holdshort-reason';
const ADVICE_KEY = 'holdshort-advice-bin';

/** What a gRPC handler throws so that the caller gets code, message and advice intact. */
export function toGrpcError(thrown: unknown): { code: status; details: string; message: string; metadata: Metadata } {
  const error = toHoldshortError(thrown);
  const metadata = new Metadata();
  metadata.set(REASON_KEY, error.code);
  if (error.advice) metadata.set(ADVICE_KEY, Buffer.from(error.advice, 'utf8'));
  const code = STATUS_OF[error.code] ?? status.FAILED_PRECONDITION;
  return { code, details: error.message, message: error.message, metadata };
}

const isServiceError = (thrown: unknown): thrown is ServiceError =>
  thrown instanceof Error && 'code' in thrown && 'metadata' in thrown;

/** The other side of `toGrpcError`; anything without a reason code counts as unreachable. */
export function fromGrpcError(thrown: unknown): HoldshortError {
  if (thrown instanceof HoldshortError) return thrown;
  if (!isServiceError(thrown)) return toHoldshortError(thrown);
  const code = thrown.metadata.get(REASON_KEY)[0]?.toString();
  const advice = thrown.metadata.get(ADVICE_KEY)[0]?.toString();
  if (code !== undefined && isReasonCode(code)) {
    return new HoldshortError(code, thrown.details, { ...(advice === undefined ? {} : { advice }), cause: thrown });
  }
  return new HoldshortError('control_plane_unreachable', 'The control plane cannot be reached.', {
    advice: 'Try again in a moment; if it stays, tell the platform team.',
    cause: thrown,
  });
}
