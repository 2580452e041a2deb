import { newlines } from '../engine/line-count.js';
import { ViewScan, type ViewResult } from '../engine/view-scan.js';

/**
 * Reads a content without its zero bytes, from the first of them on: so UTF-16 text is readable wherever it stands, in either
 * byte order. Of two zeros in a row one stays, for they part what is not one text.
 */
export class StrippedView {
  private scan: ViewScan | undefined;
  private line = 1;
  private before: number | undefined;
  private wasZero = false;

  constructor(private readonly begin: (firstLine: number) => ViewScan) {}

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const first = this.scan ? 0 : chunk.indexOf(0);
    if (first < 0) return this.pass(chunk);
    if (!this.scan) this.start(chunk, first);
    this.scan?.push(this.strip(chunk.subarray(first)));
  }

  end(): ViewResult | undefined {
    return this.scan?.end();
  }

  /** Starts one byte before the first zero: in little-endian text that byte is the first letter. */
  private start(chunk: Buffer, first: number): void {
    if (first > 0) this.pass(chunk.subarray(0, first));
    this.scan = this.begin(this.line);
    if (this.before !== undefined) this.scan.push(Buffer.of(this.before));
  }

  /** Keeps the last byte back: it is counted once another follows. */
  private pass(chunk: Buffer): void {
    if (this.before === 0x0a) this.line++;
    this.line += newlines(chunk, 0, chunk.length - 1);
    this.before = chunk[chunk.length - 1];
  }

  private strip(chunk: Uint8Array): Uint8Array {
    const out = Buffer.allocUnsafe(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (byte !== 0 || this.wasZero) out[length++] = byte;
      this.wasZero = byte === 0;
    }
    return out.subarray(0, length);
  }
}
