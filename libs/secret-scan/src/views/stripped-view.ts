import { newlines } from '../engine/line-count.js';
import { ViewScan, type ViewResult } from '../engine/view-scan.js';

/** Zeros at every other place, so many in a row, are text in two bytes a letter; of random bytes one in 2^32 places is such. */
const IN_A_ROW = 4;
/** Kept of what came before: the beginning of a text whose first letters stand there. */
const BEHIND = 256;

/**
 * Reads the parts of a content that are written in two bytes a letter without their zero bytes: so UTF-16 text is readable
 * wherever it stands, in either byte order. Of two zeros in a row one stays, for they part what is not one text.
 */
export class StrippedView {
  private readonly results: ViewResult[] = [];
  private scan: ViewScan | undefined;
  private line = 1;
  private behind = Buffer.alloc(0);
  private wasZero = false;

  constructor(private readonly begin: (firstLine: number) => ViewScan) {}

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const isWide = hasWideText(this.behind.length > 0 ? Buffer.concat([this.behind, chunk]) : chunk);
    if (isWide && !this.scan) this.start();
    if (this.scan) {
      // the part after the last wide one belongs to it still: a text may end there
      this.scan.push(this.strip(chunk));
      if (!isWide) this.stop();
    }
    this.pass(chunk);
  }

  end(): ViewResult[] {
    this.stop();
    return this.results;
  }

  private start(): void {
    this.wasZero = false;
    this.scan = this.begin(this.line - newlines(this.behind, 0, this.behind.length));
    this.scan.push(this.strip(this.behind));
  }

  private stop(): void {
    if (this.scan) this.results.push(this.scan.end());
    this.scan = undefined;
  }

  private pass(chunk: Buffer): void {
    this.line += newlines(chunk, 0, chunk.length);
    const last = chunk.length >= BEHIND ? chunk : Buffer.concat([this.behind, chunk]);
    this.behind = Buffer.from(last.subarray(Math.max(0, last.length - BEHIND)));
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

function hasWideText(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) {
    let count = 1;
    while (count < IN_A_ROW && bytes[at + 2 * count] === 0 && bytes[at + 2 * count - 1] !== 0) count++;
    if (count === IN_A_ROW) return true;
  }
  return false;
}
