import { request } from 'undici';
import { readLimited } from '../../read-limited.js';
import { NotDelivered } from './notifier.js';

/** A receiver that takes longer than this is tried again later. */
const TIMEOUT_MS = 10_000;
/** Answers are short words; a longer one is not worth reading. */
const ANSWER_LIMIT = 64 * 1024;

/**
 * Posts a body; redirects are not followed.
 * @returns the text of a 2xx answer
 * @throws NotDelivered for any other answer and for none
 */
export async function post(url: string, body: string, headers: Record<string, string>): Promise<string> {
  const answer = await request(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'holdshort', ...headers },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new NotDelivered('The receiver gave no answer.', 0, { cause });
  });
  const { statusCode, headers: given } = answer;
  if (statusCode < 200 || statusCode > 299) {
    await answer.body.dump({ limit: ANSWER_LIMIT });
    throw new NotDelivered(`The receiver answered ${String(statusCode)}.`, secondsOf(given['retry-after']));
  }
  const tooLong = () => new NotDelivered('The receiver answered more than it should.');
  return readLimited(answer.body, ANSWER_LIMIT, tooLong);
}

const secondsOf = (header: string | string[] | undefined): number =>
  typeof header === 'string' && /^[0-9]{1,5}$/.test(header) ? Number(header) : 0;
