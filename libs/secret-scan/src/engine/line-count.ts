const NEWLINE = 0x0a;

/** Counts lines of a buffer that moves along a content: 1-based line of a position, asked in rising order or nearly so. */
export class LineCount {
  private counted = 0;

  constructor(private line = 1) {}

  lineAt(bytes: Buffer, position: number): number {
    if (position < this.counted) return this.line - newlines(bytes, position, this.counted);
    this.line += newlines(bytes, this.counted, position);
    this.counted = position;
    return this.line;
  }

  /** Says that the first `count` bytes of the buffer are about to be dropped. */
  drop(bytes: Buffer, count: number): void {
    this.lineAt(bytes, Math.max(count, this.counted));
    this.counted -= count;
  }
}

export function newlines(bytes: Buffer, from: number, to: number): number {
  // a part of its own, for the search would go on to the end of the buffer
  const part = bytes.subarray(from, to);
  let count = 0;
  for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
