/** Bytes kept as one string, and how many of them before the place that was asked for. */
const SIZE = 8192;
const BEHIND = 1024;
/** Longer texts are copied: the copy is then most of what they cost. */
const SHARED_MOST = 1024;

/**
 * Texts of a buffer, one character each byte. Texts of neighbouring places are parts of one string, which costs a fifth of a copy
 * each. The bytes must not change.
 */
export class TextWindow {
  private text = '';
  private start = 0;

  constructor(private readonly bytes: Buffer) {}

  cut(from: number, to: number): string {
    if (to - from > SHARED_MOST) return this.bytes.toString('latin1', from, to);
    if (from < this.start || to > this.start + this.text.length) this.move(from);
    return this.text.slice(from - this.start, Math.max(from, to) - this.start);
  }

  private move(from: number): void {
    this.start = Math.max(0, from - BEHIND);
    this.text = this.bytes.toString('latin1', this.start, this.start + SIZE);
  }
}
