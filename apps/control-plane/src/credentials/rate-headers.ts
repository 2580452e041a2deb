import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from './json-shape.js';

/**
 * What GitHub says of its limits with each answer; what it does not say is undefined.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export interface RateHeaders {
  /** Seconds. */
  retryAfter: number | undefined;
  /** Calls left of the hour. */
  remaining: number | undefined;
  /** Seconds since 1970, by GitHub's clock. */
  resetAt: number | undefined;
  /** Which of the hourly counts: core, graphql, ... */
  resource: string | undefined;
}

export type LimitKind = 'primary' | 'secondary';

export function readRateHeaders(headers: IncomingHttpHeaders): RateHeaders {
  const resource = headers['x-ratelimit-resource'];
  return {
    retryAfter: wholeNumber(headers['retry-after']),
    remaining: wholeNumber(headers['x-ratelimit-remaining']),
    resetAt: wholeNumber(headers['x-ratelimit-reset']),
    resource: typeof resource === 'string' && /^[a-z_]{1,40}$/.test(resource) ? resource : undefined,
  };
}

const wholeNumber = (text: string | string[] | undefined): number | undefined =>
  typeof text === 'string' && /^[0-9]{1,12}$/.test(text) ? Number(text) : undefined;

/**
 * The limit for which GitHub refused a call; undefined for every other answer, a 403 for a missing permission above
 * all. By words where there are any: the last call of an hour may be refused for its permission as well.
 */
export function limitRefusing(status: number, body: unknown, rate: RateHeaders): LimitKind | undefined {
  if (status === 200) return isGraphqlRefusal(body) ? 'primary' : undefined;
  if (status !== 403 && status !== 429) return undefined;
  const message = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : '';
  return limitNamed(message) ?? limitShown(status === 429, message === '', rate);
}

function limitNamed(message: string): LimitKind | undefined {
  if (/secondary rate limit|abuse detection/i.test(message)) return 'secondary';
  return /rate limit exceeded/i.test(message) ? 'primary' : undefined;
}

function limitShown(isTooMany: boolean, isWordless: boolean, rate: RateHeaders): LimitKind | undefined {
  if (rate.remaining === 0 && (isTooMany || isWordless)) return 'primary';
  return isTooMany || rate.retryAfter !== undefined ? 'secondary' : undefined;
}

/** GraphQL refuses over its limit with a 200 whose errors say so. */
function isGraphqlRefusal(body: unknown): boolean {
  const errors = isRecord(body) ? body['errors'] : undefined;
  return Array.isArray(errors) && errors.some((error) => isRecord(error) && error['type'] === 'RATE_LIMITED');
}
