import { hkdfSync } from 'node:crypto';
import { openBytes, sealBytes } from './aes-gcm.js';

/** Injection token of what seals secrets that must be read again. */
export const SEALED_TEXT = Symbol('sealed-text');

/** Keeps a secret at rest so that the database alone does not give it away. */
export interface SealedText {
  seal(text: string): Promise<string>;
  /** @throws Error where it was sealed with another key or changed */
  open(sealed: string): Promise<string>;
}

/** AES-256-GCM under a key that follows from a secret which every replica has and the database has not. */
export class LocalSealedText implements SealedText {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'holdshort refresh tokens', 32));
  }

  seal(text: string): Promise<string> {
    return Promise.resolve(sealBytes(this.#key, Buffer.from(text)).toString('base64url'));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a throw becomes a rejection, as the interface says
  async open(sealed: string): Promise<string> {
    return openBytes(this.#key, Buffer.from(sealed, 'base64url')).toString('utf8');
  }
}
