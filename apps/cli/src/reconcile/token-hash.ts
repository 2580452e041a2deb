import { createHash } from 'node:crypto';

/** As GitHub's log names a token (`hashed_token`). */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('base64');
