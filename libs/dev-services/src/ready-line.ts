import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** The one line `{"msg":"ready", ...}` that each of our processes prints once it listens. */
export type ReadyLine = Record<string, unknown> & { msg: 'ready' };

export const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function parseReady(line: string): ReadyLine | undefined {
  if (!line.startsWith('{') || !line.includes('"msg":"ready"')) return undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return value.msg === 'ready' ? (value as ReadyLine) : undefined;
  } catch {
    // Another line that mentions the words.
    return undefined;
  }
}

/** Looks for the ready line in what a log file gained since `position`; each call reads only what is new. */
export class ReadyLineReader {
  private partial = '';

  constructor(
    private readonly file: string,
    private position: number,
  ) {}

  poll(): ReadyLine | undefined {
    const lines = (this.partial + this.readNew()).split('\n');
    this.partial = lines.pop() ?? '';
    for (const line of lines) {
      const ready = parseReady(line);
      if (ready) return ready;
    }
    return undefined;
  }

  private readNew(): string {
    const chunk = Buffer.alloc(Math.max(0, sizeOf(this.file) - this.position));
    if (chunk.length === 0) return '';
    const handle = openSync(this.file, 'r');
    try {
      const read = readSync(handle, chunk, 0, chunk.length, this.position);
      this.position += read;
      return chunk.toString('utf8', 0, read);
    } finally {
      closeSync(handle);
    }
  }
}
