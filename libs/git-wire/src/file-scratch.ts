/* eslint-disable no-restricted-imports -- the file adapter of ScratchSpace: everything else in this library does no I/O and takes it as a port */
import { readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { ScratchSpace } from './scratch-space.js';

export interface FileScratch extends ScratchSpace {
  readonly path: string;
  /** Bytes appended. */
  readonly size: number;
  /** Closes the file; removing it is the caller's, who may still forward it. */
  close(): Promise<void>;
}

/**
 * A scratch space in a new file that only this user may read. @throws when the file exists or cannot be written
 */
export async function fileScratch(path: string): Promise<FileScratch> {
  const file = await open(path, 'wx+', 0o600);
  return new OpenFileScratch(path, file);
}

class OpenFileScratch implements FileScratch {
  size = 0;

  constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  async append(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      const { bytesWritten } = await this.file.write(chunk, at, chunk.length - at, this.size);
      at += bytesWritten;
      this.size += bytesWritten;
    }
  }

  readSync(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length;) {
      const count = readSync(this.file.fd, bytes, at, length - at, offset + at);
      if (count === 0) throw new RangeError('read past the end of the scratch space');
      at += count;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
