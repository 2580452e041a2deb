import { open, type FileHandle } from 'node:fs/promises';
import { decodeFrame, type Frame } from './frame.js';

const CHUNK = 512 * 1024;

/** Reads whole frames of one segment from an offset up to a limit, with memory for one chunk and one frame. */
export class SegmentReader {
  private buffer = Buffer.alloc(0);
  /** Offset in the segment of the next frame to hand out. */
  private at: number;
  private handle: FileHandle | undefined;

  constructor(
    private readonly path: string,
    start: number,
  ) {
    this.at = start;
  }

  get offset(): number {
    return this.at;
  }

  /** The next frame that ends at or before `limit`; `undefined` at the limit; `'damaged'` where bytes before it are no frame. */
  async next(limit: number): Promise<Frame | 'damaged' | undefined> {
    for (;;) {
      if (this.at >= limit) return undefined;
      const frame = decodeFrame(this.buffer, 0, this.at);
      if (frame === 'damaged') return frame;
      if (frame !== 'more') return this.take(frame, limit);
      if (!(await this.fill(limit))) return 'damaged';
    }
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
  }

  private take(frame: Frame, limit: number): Frame | 'damaged' {
    if (frame.end > limit) return 'damaged';
    this.buffer = this.buffer.subarray(frame.end - this.at);
    this.at = frame.end;
    return frame;
  }

  /** Adds what the file has after the buffer; false where there is nothing more before the limit. */
  private async fill(limit: number): Promise<boolean> {
    this.handle ??= await open(this.path, 'r');
    const from = this.at + this.buffer.length;
    const chunk = Buffer.allocUnsafe(Math.max(0, Math.min(CHUNK, limit - from)));
    const { bytesRead } = await this.handle.read(chunk, 0, chunk.length, from);
    if (bytesRead === 0) return false;
    this.buffer = Buffer.concat([this.buffer, chunk.subarray(0, bytesRead)]);
    return true;
  }
}
