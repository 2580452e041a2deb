import { createHash } from 'node:crypto';
import aws4 from 'aws4';
import { HoldshortError } from '@holdshort/errors';
import { request } from 'undici';
import type { AnchorStore } from './anchor-store.js';

export interface S3Config {
  bucket: string;
  /** Before each name; without a slash at the end, or empty. */
  prefix: string;
  region: string;
  /** Where to ask instead of the region's own endpoint; the bucket then stands in the path. */
  endpoint?: string;
  /** Nobody can delete or shorten it before: Object Lock in compliance mode. */
  retainDays: number;
  /** Looked up at each call: they are short-lived. */
  credentials: () => { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  now: () => Date;
}

const TIMEOUT_MS = 10_000;
const DAY_MS = 86_400_000;

interface Answer {
  status: number;
  text: string;
}

/**
 * One object a name in a bucket with Object Lock: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html.
 * `If-None-Match: *` (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html) makes S3 refuse a
 * second version of the same name.
 */
export class S3AnchorStore implements AnchorStore {
  readonly kind = 's3';

  constructor(private readonly config: S3Config) {}

  async put(name: string, text: string): Promise<void> {
    const { retainDays, now } = this.config;
    const until = new Date(now().getTime() + retainDays * DAY_MS);
    const answer = await this.call('PUT', name, text, {
      'Content-Type': 'application/json',
      // Object Lock wants a digest of the body besides the signature
      'Content-MD5': createHash('md5').update(text).digest('base64'),
      'If-None-Match': '*',
      'X-Amz-Object-Lock-Mode': 'COMPLIANCE',
      'X-Amz-Object-Lock-Retain-Until-Date': until.toISOString().replace(/\.\d+Z$/, 'Z'),
    });
    if (answer.status === 200) return;
    if (answer.status !== 412) throw failed('PUT', answer.status);
    if ((await this.get(name)) === text) return;
    throw new HoldshortError('conflict', `The bucket has another text for ${name}; nothing is overwritten.`);
  }

  async get(name: string): Promise<string | undefined> {
    const { status, text } = await this.call('GET', name);
    if (status === 404) return undefined;
    if (status !== 200) throw failed('GET', status);
    return text;
  }

  private async call(
    method: 'GET' | 'PUT',
    name: string,
    body = '',
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const { bucket, prefix, region, endpoint, credentials } = this.config;
    const key = encodeURI(`${prefix === '' ? '' : `${prefix}/`}${name}.json`);
    const base = endpoint ?? `https://${bucket}.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
    const url = new URL(base);
    const path = endpoint === undefined ? `/${key}` : `/${bucket}/${key}`;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const place = { host: url.host, service: 's3', region, method, path };
    const signed = aws4.sign(
      { ...place, headers: { ...headers, 'X-Amz-Content-Sha256': sha256 }, body },
      credentials(),
    );
    try {
      const answer = await request(new URL(path, url), {
        ...{ method, headers: withoutHost(signed.headers), signal: AbortSignal.timeout(TIMEOUT_MS) },
        ...(method === 'PUT' ? { body } : {}),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (cause) {
      throw new HoldshortError('internal_error', 'S3 does not answer.', { cause });
    }
  }
}

/** undici sets it by the address. */
const withoutHost = (headers: object | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers ?? {})
      .filter(([name]) => name.toLowerCase() !== 'host')
      .map(([name, value]) => [name, String(value)]),
  );

const failed = (method: string, status: number): HoldshortError =>
  new HoldshortError('internal_error', `S3 answered ${String(status)} to ${method}.`);
