import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { openBytes, sealBytes } from './aes-gcm.js';
import { DataKeysService } from './data-keys.service.js';
import type { SealedText } from './sealed-text.js';

/** `hs1.DATA-KEY-ID.BASE64URL(nonce, text, tag)`; what stands before the second dot is authenticated too. */
const FORM = /^(hs1\.(dk_[0-9A-Za-z]{22}))\.([A-Za-z0-9_-]{38,})$/;

/**
 * Seals by AES-256-GCM under a data key whose id stands in the sealed text; data keys are wrapped by a key outside of the
 * database, so rotating that one leaves every sealed text as it is. Texts of before are opened by `before`.
 */
@Injectable()
export class EnvelopeSealedText implements SealedText {
  constructor(
    private readonly keys: DataKeysService,
    private readonly before: SealedText,
  ) {}

  async seal(text: string): Promise<string> {
    const { id, key } = await this.keys.current();
    const head = `hs1.${id}`;
    return `${head}.${sealBytes(key, Buffer.from(text), head).toString('base64url')}`;
  }

  /** @throws HoldshortError `internal_error` where it was sealed with another key or changed; the text is in no message */
  async open(sealed: string): Promise<string> {
    const [, head, id, body] = FORM.exec(sealed) ?? [];
    if (head === undefined || id === undefined || body === undefined) return this.before.open(sealed);
    const key = await this.keys.byId(id);
    try {
      return openBytes(key, Buffer.from(body, 'base64url'), head).toString('utf8');
    } catch (cause) {
      throw new HoldshortError('internal_error', 'A sealed text cannot be opened.', { cause });
    }
  }
}
