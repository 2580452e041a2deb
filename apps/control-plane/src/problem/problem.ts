import { HttpException } from '@nestjs/common';
import { HoldshortError, toHoldshortError, type ReasonCode } from '@holdshort/errors';

/** application/problem+json (RFC 9457), with the reason code and what to do instead. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ReasonCode;
  advice?: string;
  correlation_id: string;
  /** OAuth's error code (RFC 8628, 3.5) while a device flow is under way. */
  error?: string;
}

const STATUS_OF: Partial<Record<ReasonCode, number>> = {
  not_authenticated: 401,
  not_authorized: 403,
  not_found: 404,
  session_unknown: 404,
  conflict: 409,
  session_ended: 409,
  kill_switch: 403,
  request_malformed: 400,
  request_too_large: 413,
  rate_limited: 429,
  audit_unavailable: 503,
  upstream_unreachable: 502,
  upstream_refused: 502,
  github_rate_limited: 503,
  github_link_missing: 409,
  github_link_broken: 409,
  internal_error: 500,
};

const CODE_OF_STATUS: Readonly<Record<number, ReasonCode>> = {
  400: 'request_malformed',
  401: 'not_authenticated',
  403: 'not_authorized',
  404: 'not_found',
  405: 'not_found',
  413: 'request_too_large',
  415: 'request_malformed',
  429: 'rate_limited',
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** An error of the device flow that its client must tell apart (RFC 8628, 3.5). */
export class DeviceFlowError extends HoldshortError {
  constructor(
    readonly error: 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied',
    message: string,
  ) {
    super(error === 'access_denied' ? 'not_authorized' : 'request_malformed', message);
  }
}

/** Any thrown value as a problem; what is not meant for the caller becomes a plain 500. */
export function toProblem(thrown: unknown, correlationId: string): Problem {
  const known = fromHttpError(thrown) ?? toHoldshortError(thrown);
  const status = known instanceof DeviceFlowError ? 400 : (STATUS_OF[known.code] ?? 500);
  return {
    type: `urn:holdshort:problem:${known.code}`,
    title: TITLES[status] ?? 'Internal Server Error',
    status,
    detail: known.message,
    code: known.code,
    ...(known.advice === undefined ? {} : { advice: known.advice }),
    correlation_id: correlationId,
    ...(known instanceof DeviceFlowError ? { error: known.error } : {}),
  };
}

/** What Nest and Express throw by themselves: validation, unknown routes, bodies that cannot be read. */
function fromHttpError(thrown: unknown): HoldshortError | undefined {
  const status = statusOf(thrown);
  const code = status === undefined ? undefined : CODE_OF_STATUS[status];
  return code === undefined ? undefined : new HoldshortError(code, textOf(thrown, code), { cause: thrown });
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (!(thrown instanceof Error) || thrown instanceof HoldshortError) return undefined;
  return 'status' in thrown && typeof thrown.status === 'number' ? thrown.status : undefined;
}

function textOf(thrown: unknown, code: ReasonCode): string {
  if (code === 'not_found') return 'There is no such resource.';
  if (code === 'request_too_large') return 'The body is over the limit of 64 kB.';
  return validationTextOf(thrown) ?? 'The request cannot be read.';
}

function validationTextOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof HttpException)) return undefined;
  const response = thrown.getResponse();
  if (typeof response === 'string' || !('message' in response)) return undefined;
  return Array.isArray(response.message) ? `${response.message.join('; ')}.` : undefined;
}
