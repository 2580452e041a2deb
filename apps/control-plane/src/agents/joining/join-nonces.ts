import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, secondsLater, type Clock } from '../../clock.js';
import { SETTINGS, type ControlPlaneSettings } from '../../settings.js';

/** Long enough to sign a request and send it. */
const LIFE_S = 300;
const RANDOM_BYTES = 16;
const TIME_BYTES = 6;
const MAC_BYTES = 32;

/**
 * Numbers that a workspace signs along, so that its evidence was made for this control plane, and now. They carry their
 * own proof, under a key that follows from the agent CA's: asking for one costs nothing, and every replica knows them.
 */
@Injectable()
export class JoinNonces {
  readonly #key: Buffer;

  constructor(
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.#key = Buffer.from(hkdfSync('sha256', settings.agentCaKey, '', 'holdshort join nonces', 32));
  }

  make(): { nonce: string; expiresAt: Date } {
    const expiresAt = secondsLater(this.now(), LIFE_S);
    const time = Buffer.alloc(TIME_BYTES);
    time.writeUIntBE(Math.floor(expiresAt.getTime() / 1000), 0, TIME_BYTES);
    const head = Buffer.concat([time, randomBytes(RANDOM_BYTES)]);
    return { nonce: Buffer.concat([head, this.mac(head)]).toString('base64url'), expiresAt };
  }

  /** @returns when it ends; undefined for one that is not ours, changed or over */
  check(nonce: string): Date | undefined {
    if (!/^[A-Za-z0-9_-]{72}$/.test(nonce)) return undefined;
    const bytes = Buffer.from(nonce, 'base64url');
    const [head, mac] = [bytes.subarray(0, TIME_BYTES + RANDOM_BYTES), bytes.subarray(TIME_BYTES + RANDOM_BYTES)];
    if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, this.mac(head))) return undefined;
    const expiresAt = new Date(head.readUIntBE(0, TIME_BYTES) * 1000);
    return expiresAt > this.now() ? expiresAt : undefined;
  }

  private mac(head: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(head).digest();
  }
}
