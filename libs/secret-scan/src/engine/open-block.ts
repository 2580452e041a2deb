import { byteClass } from '../checks/byte-class.js';

const BODY = byteClass('A-Za-z0-9+/=');
const DASH = 0x2d;
/** As in `forms/private-key.ts`: shorter runs of base64 are words. */
const RUN_LEAST = 20;
/** Between two lines of a key: its line end as an escape, quotes, a PuTTY heading. More than this and the key is over. */
const GAP_MOST = 100;

/**
 * Follows a key from where its rule stopped reading to its end marker, byte by byte, so that it ends at the same byte however
 * the text arrives. Where no marker comes it ends with the last run of base64.
 */
export class OpenBlock {
  private run = 0;
  private dashes = 0;
  /** End of what belongs to the key for certain. */
  private sure: number;

  /** `at`: where the rule stopped, as a position in the whole text. */
  constructor(private at: number) {
    this.sure = at;
  }

  /** Follows the text to `to`; `bytes` begins at `origin` of the whole text. Answers whether the key may go on. */
  follow(bytes: Uint8Array, origin: number, to: number): boolean {
    for (; this.at < to; this.at++) if (!this.step(bytes[this.at - origin] as number)) return false;
    return true;
  }

  get end(): number {
    return this.sure;
  }

  private step(byte: number): boolean {
    if (byte === DASH && ++this.dashes === 2) {
      this.sure = this.at - 1;
      return false;
    }
    if (byte !== DASH) this.dashes = 0;
    this.run = BODY[byte] === 1 ? this.run + 1 : 0;
    if (this.run >= RUN_LEAST) this.sure = this.at + 1;
    return this.at - this.sure < GAP_MOST;
  }
}
