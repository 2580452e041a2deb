import { createHash, hkdfSync } from 'node:crypto';
import { HoldshortError } from '@holdshort/errors';
import { openBytes, sealBytes } from './aes-gcm.js';
import type { KeyWrapper } from './key-wrapper.js';

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
    return Promise.resolve(sealBytes(this.#key, dataKey, this.id));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a throw becomes a rejection, as the interface says
  async unwrap(wrapped: Buffer): Promise<Buffer> {
    try {
      return openBytes(this.#key, wrapped, this.id);
    } catch (cause) {
      throw new HoldshortError('internal_error', 'A data key cannot be unwrapped.', { cause });
    }
  }
}
