import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { HoldshortError } from '@holdshort/errors';
import type { KeyWrapper } from './key-wrapper.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Wraps by AES-256-GCM under a key from a file or the environment. */
export class LocalKeyWrapper implements KeyWrapper {
  readonly id: string;
  readonly #key: Buffer;

  /** @param key 32 bytes of randomness */
  constructor(key: Buffer) {
    if (key.length !== 32) throw new HoldshortError('request_malformed', 'A key for secrets has 32 bytes.');
    this.#key = Buffer.from(hkdfSync('sha256', key, '', 'holdshort wraps data keys', 32));
    const name = Buffer.from(hkdfSync('sha256', key, '', 'holdshort names a key', 32));
    this.id = `local:${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  }

  wrap(dataKey: Buffer): Promise<Buffer> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(this.id));
    return Promise.resolve(Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a throw becomes a rejection, as the interface says
  async unwrap(wrapped: Buffer): Promise<Buffer> {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, wrapped.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(this.id)).setAuthTag(wrapped.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new HoldshortError('internal_error', 'A data key cannot be unwrapped.', { cause });
    }
  }
}
