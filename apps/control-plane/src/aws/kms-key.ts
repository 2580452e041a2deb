import aws4 from 'aws4';
import { HoldshortError } from '@holdshort/errors';
import { request } from 'undici';
import { isSafeUrl } from '../safe-url.js';
import type { AwsCredentials } from './aws-credentials.js';

export interface KmsKeyConfig {
  keyArn: string;
  /** Where to ask instead of the region's own endpoint; undefined or https. */
  endpoint: string | undefined;
  /** Name of the setting that has the ARN, for the reader of an error. */
  setting: string;
  /** Looked up at each call: they are short-lived. */
  credentials: () => AwsCredentials;
}

const TIMEOUT_MS = 5_000;

/** One key in AWS KMS, which alone has it: https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html */
export class KmsKey {
  private readonly host: string;
  private readonly region: string;
  private readonly url: string;

  /** @throws HoldshortError `request_malformed` for what is no ARN of a KMS key, and an endpoint without TLS */
  constructor(private readonly config: KmsKeyConfig) {
    const { keyArn, endpoint, setting } = config;
    const region = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:key\/[0-9A-Za-z-]+$/.exec(keyArn)?.[1];
    if (region === undefined) throw new HoldshortError('request_malformed', `${setting} must be the ARN of a KMS key.`);
    if (endpoint !== undefined && !isSafeUrl(endpoint))
      throw new HoldshortError('request_malformed', `The endpoint of ${setting} must be an https URL.`);
    this.region = region;
    this.host = `kms.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
    this.url = `${(endpoint ?? `https://${this.host}`).replace(/\/+$/, '')}/`;
  }

  get arn(): string {
    return this.config.keyArn;
  }

  /**
   * @param what the action's own parameters
   * @param field of the answer, base64
   * @throws Error with the status of the answer, and nothing of what was asked
   */
  async call(action: string, what: object, field: string): Promise<Buffer> {
    const body = JSON.stringify({ ...what, KeyId: this.config.keyArn });
    const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `TrentService.${action}` };
    const place = { host: this.host, service: 'kms', region: this.region, method: 'POST', path: '/' };
    const signed = aws4.sign({ ...place, headers, body }, this.config.credentials());
    const answer = await post(this.url, signed.headers as Record<string, string>, body);
    const value = answer[field];
    if (typeof value === 'string' && value !== '') return Buffer.from(value, 'base64');
    throw new Error(`AWS KMS gave no ${field}`);
  }
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<Record<string, unknown>> {
  const answer = await request(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await answer.body.text();
  // the answer may repeat what was asked; its status says enough
  if (answer.statusCode !== 200) throw new Error(`AWS KMS answered ${String(answer.statusCode)}`);
  return JSON.parse(text) as Record<string, unknown>;
}
