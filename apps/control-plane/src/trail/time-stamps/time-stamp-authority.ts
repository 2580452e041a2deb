import { HoldshortError } from '@holdshort/errors';
import {
  rootsIn,
  TIME_STAMP_QUERY,
  timeStampRequest,
  tokenOf,
  verifyTimeStamp,
  type Roots,
} from '@holdshort/time-stamps';
import { request } from 'undici';
import { readLimitedBytes } from '../../read-limited.js';
import type { ControlPlaneSettings } from '../../settings.js';

const TIMEOUT_MS = 10_000;
/** A token with its chain of certificates has 2 to 8 kB. */
const ANSWER_LIMIT = 64 * 1024;

/** Injection token of the authority; undefined where the settings name none. */
export const TIME_STAMP_AUTHORITY = Symbol('time-stamp-authority');

/** @throws HoldshortError `request_malformed` for settings that could not be used */
export function timeStampAuthorityOf(
  settings: Pick<ControlPlaneSettings, 'auditTsaUrl' | 'auditTsaCa'>,
): TimeStampAuthority | undefined {
  const { auditTsaUrl: url, auditTsaCa: ca } = settings;
  if (url === undefined) return undefined;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new HoldshortError('request_malformed', 'HOLDSHORT_AUDIT_TSA_URL must be an http or https URL.');
  if (ca === undefined)
    throw new HoldshortError(
      'request_malformed',
      'HOLDSHORT_AUDIT_TSA_URL needs HOLDSHORT_AUDIT_TSA_CA_FILE: a time stamp that nobody can check is none.',
    );
  return new TimeStampAuthority(url, rootsIn(ca));
}

/**
 * Somebody outside who says when a text was there: RFC 3161 over HTTP (section 3.4). Most of them speak plain HTTP: the
 * request holds a hash, and the answer is signed.
 */
export class TimeStampAuthority {
  constructor(
    private readonly url: string,
    private readonly roots: Roots,
  ) {}

  /**
   * @returns base64 of a token that holds
   * @throws HoldshortError `upstream_unreachable` without an answer; TimeStampError for one that does not count
   */
  async stamp(text: string): Promise<string> {
    const asked = timeStampRequest(text);
    const token = tokenOf(await this.ask(asked), asked);
    await verifyTimeStamp(token, text, this.roots);
    return token.toString('base64');
  }

  private async ask(body: Buffer): Promise<Buffer> {
    try {
      const answer = await request(this.url, {
        ...{ method: 'POST', body, headers: { 'content-type': TIME_STAMP_QUERY } },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const bytes = await readLimitedBytes(answer.body, ANSWER_LIMIT, () => new Error('the answer is too long'));
      if (answer.statusCode !== 200) throw new Error(`it answered ${String(answer.statusCode)}`);
      return bytes;
    } catch (cause) {
      throw new HoldshortError('upstream_unreachable', 'The time-stamp authority gave no answer.', { cause });
    }
  }
}
