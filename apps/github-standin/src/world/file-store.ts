import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Large files on disk by name: LFS objects and release assets. */
export class FileStore {
  constructor(readonly folder: string) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  #path(key: string): string {
    return join(this.folder, key.replaceAll('/', '_'));
  }

  /** @returns its size in bytes; the name exists only once all has arrived */
  async put(key: string, source: Readable): Promise<number> {
    const draft = join(this.folder, randomUUID());
    await pipeline(source, createWriteStream(draft));
    await rename(draft, this.#path(key));
    return this.size(key) ?? 0;
  }

  /** Adds to the end of a file, which may be new. */
  async append(key: string, source: Readable): Promise<void> {
    await pipeline(source, createWriteStream(this.#path(key), { flags: 'a' }));
  }

  /** Gives a file another name. */
  rename(from: string, to: string): Promise<void> {
    return rename(this.#path(from), this.#path(to));
  }

  remove(key: string): void {
    rmSync(this.#path(key), { force: true });
  }

  /** Bytes; `null` where there is no such file. */
  size(key: string): number | null {
    return statSync(this.#path(key), { throwIfNoEntry: false })?.size ?? null;
  }

  read(key: string): Readable {
    return createReadStream(this.#path(key));
  }
}
