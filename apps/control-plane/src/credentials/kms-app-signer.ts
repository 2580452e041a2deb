import { createHash } from 'node:crypto';
import { HoldshortError } from '@holdshort/errors';
import type { KmsKey } from '../aws/kms-key.js';
import type { AppSigner } from './app-signer.js';

/** With an RSA_2048 key for SIGN_VERIFY in AWS KMS: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
export class KmsAppSigner implements AppSigner {
  constructor(private readonly key: KmsKey) {}

  async sign(data: Buffer): Promise<Buffer> {
    const Message = createHash('sha256').update(data).digest('base64');
    const what = { Message, MessageType: 'DIGEST', SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' };
    try {
      return await this.key.call('Sign', what, 'Signature');
    } catch (cause) {
      throw new HoldshortError('lease_unavailable', 'AWS KMS does not sign for the Holdshort GitHub App.', {
        advice: "The platform team must check the control plane's kms:Sign on the App's key, of spec RSA_2048.",
        cause,
      });
    }
  }
}
