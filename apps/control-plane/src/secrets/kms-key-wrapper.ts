import { sign } from 'aws4';
import { HoldshortError } from '@holdshort/errors';
import { request } from 'undici';
import type { KeyWrapper } from './key-wrapper.js';

export interface KmsConfig {
  /** ARN of a symmetric key. */
  keyArn: string;
  /** Where to ask instead of the region's own endpoint. */
  endpoint?: string;
  /** Part of what the key binds: a blob of one installation is of no use in another. */
  tenant: string;
  /** Looked up at each call: they are short-lived. */
  credentials: () => { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

const TIMEOUT_MS = 5_000;

/** Wraps by AWS KMS, which alone has the key: https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export class KmsKeyWrapper implements KeyWrapper {
  readonly id: string;
  private readonly host: string;
  private readonly region: string;

  /** @throws HoldshortError `request_malformed` for what is no ARN of a KMS key */
  constructor(private readonly config: KmsConfig) {
    const region = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:key\/[0-9A-Za-z-]+$/.exec(config.keyArn)?.[1];
    if (region === undefined)
      throw new HoldshortError('request_malformed', 'HOLDSHORT_SECRETS_KMS_KEY must be the ARN of a KMS key.');
    this.id = `kms:${config.keyArn}`;
    this.region = region;
    this.host = `kms.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  }

  wrap(dataKey: Buffer): Promise<Buffer> {
    return this.call('Encrypt', { Plaintext: dataKey.toString('base64') }, 'CiphertextBlob');
  }

  unwrap(wrapped: Buffer): Promise<Buffer> {
    return this.call('Decrypt', { CiphertextBlob: wrapped.toString('base64') }, 'Plaintext');
  }

  private async call(action: string, what: object, field: string): Promise<Buffer> {
    const { keyArn, tenant, endpoint } = this.config;
    const body = JSON.stringify({
      ...what,
      KeyId: keyArn,
      EncryptionContext: { purpose: 'holdshort data key', tenant },
    });
    const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `TrentService.${action}` };
    const place = { host: this.host, service: 'kms', region: this.region, method: 'POST', path: '/' };
    const signed = sign({ ...place, headers, body }, this.config.credentials());
    const url = (endpoint ?? `https://${this.host}`).replace(/\/+$/, '');
    const answer = await post(`${url}/`, signed.headers as Record<string, string>, body);
    const value = answer[field];
    if (typeof value === 'string' && value !== '') return Buffer.from(value, 'base64');
    throw new HoldshortError('internal_error', `AWS KMS gave no ${field}.`);
  }
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<Record<string, unknown>> {
  try {
    const answer = await request(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await answer.body.text();
    if (answer.statusCode === 200) return JSON.parse(text) as Record<string, unknown>;
    // the answer may repeat what was asked; its status says enough
    throw new Error(`AWS KMS answered ${String(answer.statusCode)}`);
  } catch (cause) {
    throw new HoldshortError('internal_error', 'AWS KMS does not wrap or unwrap the data key.', { cause });
  }
}
