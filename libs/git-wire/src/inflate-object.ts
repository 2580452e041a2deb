import { constants, createInflate, inflateSync } from 'node:zlib';
import type { Inflate } from 'node:zlib';
import { GitProtocolError, unreadable } from './git-protocol-error.js';

export interface Inflated {
  content: Buffer;
  /** Compressed bytes that it took. */
  consumed: number;
}

/**
 * One zlib stream at the start of `bytes`, of exactly `size` inflated bytes; what follows it is not looked at.
 * By the public API: a new engine per object costs 4 us more than a private handle that is reused (measured, Node 24).
 *
 * @returns undefined when `bytes` end before the stream does
 * @throws GitProtocolError `push_unreadable` when it is no zlib stream or has another size
 */
export function inflateExactly(bytes: Buffer, size: number): Inflated | undefined {
  const options = { info: true, chunkSize: Math.max(constants.Z_MIN_CHUNK, size + 1), maxOutputLength: size + 1 };
  try {
    // With `info` the answer is not a Buffer, as the types say, but this pair.
    const { buffer, engine } = inflateSync(bytes, options) as unknown as { buffer: Buffer; engine: Inflate };
    if (buffer.length !== size) throw unreadable('an object has another size than it says');
    return { content: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    if (errorCode(error) === 'Z_BUF_ERROR') return undefined;
    throw notInflatable(error);
  }
}

const errorCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

function notInflatable(error: unknown): GitProtocolError {
  if (error instanceof GitProtocolError) return error;
  const longer = errorCode(error) === 'ERR_BUFFER_TOO_LARGE';
  return unreadable(longer ? 'an object has another size than it says' : 'an object is not zlib data', {
    cause: error,
  });
}

/** Most bytes given to the engine at once: what a bomb makes of them (at most 1,032 times as much) is only counted. */
const MOST_AT_ONCE = 64 * 1024;

/** Inflates one object of `size` bytes piece by piece, for objects too large to hold. */
export class StreamInflater {
  private readonly engine = createInflate({ chunkSize: 64 * 1024 });
  private readonly ended: Promise<void>;
  private failure: unknown;
  private onFailure: () => void = () => undefined;
  private produced = 0;

  constructor(
    private readonly size: number,
    onContent: (chunk: Buffer) => void,
  ) {
    this.ended = new Promise((resolve) => this.engine.once('end', resolve).once('close', resolve));
    this.engine.on('error', (error) => {
      this.failure = error;
      this.onFailure();
    });
    this.engine.on('data', (chunk: Buffer) => {
      this.produced += chunk.length;
      if (this.produced <= size) onContent(chunk);
    });
  }

  /**
   * Takes some of the next compressed bytes. When `complete`, all of the object's content was handed out.
   * @throws GitProtocolError `push_unreadable` when it is no zlib stream or has another size
   */
  async write(bytes: Buffer): Promise<{ consumed: number; complete: boolean }> {
    const before = this.engine.bytesWritten;
    const piece = bytes.subarray(0, MOST_AT_ONCE);
    await new Promise<void>((resolve) => {
      // zlib does not call back for a piece that it fails on.
      this.onFailure = resolve;
      this.engine.write(piece, () => {
        resolve();
      });
    });
    const consumed = this.engine.bytesWritten - before;
    // The engine takes less than it is given only when the stream is at its end.
    const complete = consumed < piece.length && this.failure === undefined;
    if (complete) await this.ended;
    if (this.failure !== undefined) throw notInflatable(this.failure);
    if (this.produced > this.size || (complete && this.produced !== this.size))
      throw unreadable('an object has another size than it says');
    return { consumed, complete };
  }

  /** Frees the engine; to be called however the object ended. */
  close(): void {
    this.engine.destroy();
  }
}
