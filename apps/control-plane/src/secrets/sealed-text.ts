import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Injection token of what seals secrets that must be read again. */
export const SEALED_TEXT = Symbol('sealed-text');

/** Keeps a secret at rest so that the database alone does not give it away. */
export interface SealedText {
  seal(text: string): Promise<string>;
  /** @throws Error where it was sealed with another key or changed */
  open(sealed: string): Promise<string>;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under a key that follows from a secret which every replica has and the database has not. */
export class LocalSealedText implements SealedText {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'holdshort refresh tokens', 32));
  }

  seal(text: string): Promise<string> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return Promise.resolve(sealed.toString('base64url'));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a throw becomes a rejection, as the interface says
  async open(sealed: string): Promise<string> {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
  }
}
