import { createHash } from 'node:crypto';
import { httpReceiver, type HttpReceiver } from './receivers.js';
import { signerOf } from './sts-standin.js';

export interface LockedObject {
  text: string;
  mode: string;
  until: string;
}

export interface S3Standin extends HttpReceiver {
  objects: Map<string, LockedObject>;
}

const CREDENTIALS = { accessKeyId: 'AKIAANCHORANCHOR', secretAccessKey: 'anchor-secret' };

/** S3 as far as conditional PUT with Object Lock and GET go: it verifies Signature Version 4 and the digests by itself. */
export async function s3Standin(): Promise<S3Standin> {
  const objects = new Map<string, LockedObject>();
  const receiver = await httpReceiver();
  receiver.answer = (request) => {
    const { method, path, body, headers } = request;
    const error = (status: number, code: string) => ({ status, json: { Code: code } });
    const sha256 = createHash('sha256').update(body).digest('hex');
    if (!signerOf(request, [{ ...CREDENTIALS, account: '', arn: '' }]) || headers['x-amz-content-sha256'] !== sha256)
      return error(403, 'SignatureDoesNotMatch');
    const known = objects.get(path);
    if (method === 'GET')
      return known ? { status: 200, json: JSON.parse(known.text) as unknown } : error(404, 'NoSuchKey');
    if (headers['content-md5'] !== createHash('md5').update(body).digest('base64')) return error(400, 'InvalidDigest');
    if (headers['if-none-match'] !== '*') return error(501, 'NotImplemented');
    if (known) return error(412, 'PreconditionFailed');
    const [mode, until] = [headers['x-amz-object-lock-mode'], headers['x-amz-object-lock-retain-until-date']];
    objects.set(path, { text: body, mode: String(mode), until: String(until) });
    return { status: 200, json: {} };
  };
  return Object.assign(receiver, { objects });
}

export const s3Credentials = () => CREDENTIALS;
