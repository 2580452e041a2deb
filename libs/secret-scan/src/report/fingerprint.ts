import { createHash } from 'node:crypto';

/** 16 hex digits of SHA-256 over rule and secret; with the path as salt where the secret may be guessable. */
export const fingerprint = (rule: string, secret: Uint8Array, salt = ''): string =>
  createHash('sha256').update(`${rule}\0${salt}\0`).update(secret).digest('hex').slice(0, 16);
