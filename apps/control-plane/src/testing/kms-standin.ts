import { constants, privateEncrypt, type KeyObject } from 'node:crypto';
import { httpReceiver, type HttpReceiver } from './receivers.js';
import { signerOf } from './sts-standin.js';

export const KMS_CREDENTIALS = { accessKeyId: 'AKIAGOODGOODGOOD', secretAccessKey: 'good-secret' };

interface Asked {
  KeyId?: string;
  Message?: string;
  MessageType?: string;
  SigningAlgorithm?: string;
}

/** DER of DigestInfo with SHA-256, which RSASSA-PKCS1-v1_5 puts before the digest: RFC 8017, 9.2. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** The digest as it was given: it is signed as it is, never hashed again. */
const signDigest = (digest: Buffer, key: KeyObject): Buffer =>
  privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([DIGEST_INFO, digest]));

/** AWS KMS as far as Sign goes: it verifies Signature Version 4 by itself, and has the keys that are given by ARN. */
export async function kmsSignStandin(keys: ReadonlyMap<string, KeyObject>): Promise<HttpReceiver> {
  const receiver = await httpReceiver();
  receiver.answer = (request) => {
    const asked = JSON.parse(request.body) as Asked;
    const key = keys.get(asked.KeyId ?? '');
    const isSigned = signerOf(request, [{ ...KMS_CREDENTIALS, account: '', arn: '' }]) !== undefined;
    if (!isSigned || !key) return { status: 400, json: { __type: 'AccessDeniedException' } };
    const digest = Buffer.from(asked.Message ?? '', 'base64');
    const isDigest = asked.MessageType === 'DIGEST' && asked.SigningAlgorithm === 'RSASSA_PKCS1_V1_5_SHA_256';
    if (request.headers['x-amz-target'] !== 'TrentService.Sign' || !isDigest || digest.length !== 32)
      return { status: 400, json: { __type: 'ValidationException' } };
    return { KeyId: asked.KeyId, Signature: signDigest(digest, key).toString('base64') };
  };
  return receiver;
}
