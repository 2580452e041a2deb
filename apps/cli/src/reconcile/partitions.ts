import { appendFileSync, createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Parts of a month of a large organisation (some million entries) are then tens of thousands of records. */
export const PARTS = 64;
/** Of text that waits to be written, per file. */
const BUFFERED = 32 * 1024;

/**
 * Records on disk, apart by a key, so that a join holds one part in memory at a time, however much there is and in
 * whatever order it comes (a Grace hash join). The folder is this user's alone and goes with `close`.
 */
export class Partitions {
  private readonly dir = mkdtempSync(join(tmpdir(), 'holdshort-reconcile-'));
  private readonly buffers = new Map<string, string[]>();
  private readonly lengths = new Map<string, number>();

  /** @param key records with the same one come into the same part */
  add(name: string, key: string, record: object): void {
    this.append(`${name}-${partOf(key)}`, record);
  }

  /** A record that is not apart. */
  addAside(name: string, record: object): void {
    this.append(name, record);
  }

  read<T>(name: string, part: number): AsyncGenerator<T> {
    return this.lines<T>(`${name}-${part}`);
  }

  readAside<T>(name: string): AsyncGenerator<T> {
    return this.lines<T>(name);
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  private append(file: string, record: object): void {
    const line = `${JSON.stringify(record)}\n`;
    const buffer = this.buffers.get(file) ?? [];
    buffer.push(line);
    this.buffers.set(file, buffer);
    const length = (this.lengths.get(file) ?? 0) + line.length;
    this.lengths.set(file, length);
    if (length > BUFFERED) this.flush(file);
  }

  private flush(file: string): void {
    const text = this.buffers.get(file)?.join('') ?? '';
    if (text !== '') appendFileSync(join(this.dir, file), text, { mode: 0o600 });
    this.buffers.delete(file);
    this.lengths.delete(file);
  }

  private async *lines<T>(file: string): AsyncGenerator<T> {
    this.flush(file);
    const path = join(this.dir, file);
    if (!existsSync(path)) return;
    for await (const line of createInterface({ input: createReadStream(path) })) yield JSON.parse(line) as T;
  }
}

/** FNV-1a: spreads digests and names alike. */
function partOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % PARTS;
}
