import { HoldshortError } from '@holdshort/errors';
import type { KmsKey } from '../aws/kms-key.js';
import type { KeyWrapper } from './key-wrapper.js';

/** Wraps by a symmetric key of AWS KMS: https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export class KmsKeyWrapper implements KeyWrapper {
  readonly id: string;

  /** @param tenant part of what the key binds: a blob of one installation is of no use in another */
  constructor(
    private readonly key: KmsKey,
    private readonly tenant: string,
  ) {
    this.id = `kms:${key.arn}`;
  }

  wrap(dataKey: Buffer): Promise<Buffer> {
    return this.call('Encrypt', { Plaintext: dataKey.toString('base64') }, 'CiphertextBlob');
  }

  unwrap(wrapped: Buffer): Promise<Buffer> {
    return this.call('Decrypt', { CiphertextBlob: wrapped.toString('base64') }, 'Plaintext');
  }

  private async call(action: string, what: object, field: string): Promise<Buffer> {
    const EncryptionContext = { purpose: 'holdshort data key', tenant: this.tenant };
    try {
      return await this.key.call(action, { ...what, EncryptionContext }, field);
    } catch (cause) {
      throw new HoldshortError('internal_error', 'AWS KMS does not wrap or unwrap the data key.', { cause });
    }
  }
}
