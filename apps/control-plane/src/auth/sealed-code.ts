import { hkdfSync } from 'node:crypto';
import { openBytes, sealBytes } from '../secrets/aes-gcm.js';

const keyOf = (handle: string): Buffer => Buffer.from(hkdfSync('sha256', handle, '', 'holdshort device code', 32));

/** AES-256-GCM under a key that follows from the handle; whoever reads the database alone cannot finish the login. */
export const sealCode = (handle: string, code: string): Buffer => sealBytes(keyOf(handle), Buffer.from(code));

/** @throws Error where the handle is another or the bytes were changed */
export const openCode = (handle: string, sealed: Buffer): string => openBytes(keyOf(handle), sealed).toString('utf8');
