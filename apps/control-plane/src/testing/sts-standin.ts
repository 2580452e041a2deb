import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { httpReceiver, type HttpReceiver, type Received } from './receivers.js';

export interface AwsAccount {
  accessKeyId: string;
  secretAccessKey: string;
  account: string;
  arn: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The signature as https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html has it. */
function signatureOf(
  { method, headers, body, path }: Received,
  signed: string[],
  scope: string,
  secret: string,
): string {
  const canonical = [
    method,
    path,
    '',
    ...signed.map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    signed.join(';'),
    sha256(body),
  ];
  const toSign = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(canonical.join('\n'))].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}

/** Who signed the request; undefined where nobody known did. */
export function signerOf(request: Received, accounts: readonly AwsAccount[]): AwsAccount | undefined {
  const parts = /Credential=([A-Z0-9]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
    request.headers.authorization ?? '',
  );
  const [, keyId, scope = '', signed = '', given = ''] = parts ?? [];
  const account = accounts.find(({ accessKeyId }) => accessKeyId === keyId);
  if (!account) return undefined;
  const expected = signatureOf(request, signed.split(';'), scope, account.secretAccessKey);
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
    ? account
    : undefined;
}

/** AWS STS as far as GetCallerIdentity goes: it verifies Signature Version 4 by itself, and says who signed. */
export async function stsStandin(accounts: readonly AwsAccount[]): Promise<HttpReceiver> {
  const receiver = await httpReceiver();
  receiver.answer = (request) => {
    const signer =
      request.body === 'Action=GetCallerIdentity&Version=2011-06-15' ? signerOf(request, accounts) : undefined;
    if (!signer) return { status: 403, json: { Error: { Code: 'SignatureDoesNotMatch' } } };
    const { account: Account, arn: Arn } = signer;
    return { GetCallerIdentityResponse: { GetCallerIdentityResult: { Account, Arn, UserId: 'AROAEXAMPLE' } } };
  };
  return receiver;
}
