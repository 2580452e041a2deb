import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const keyOf = (handle: string): Buffer => Buffer.from(hkdfSync('sha256', handle, '', 'holdshort device code', 32));

/** AES-256-GCM under a key that follows from the handle; whoever reads the database alone cannot finish the login. */
export function sealCode(handle: string, code: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(handle), nonce);
  return Buffer.concat([nonce, cipher.update(code, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error where the handle is another or the bytes were changed */
export function openCode(handle: string, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(handle), sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
}
