import { constants } from 'node:fs';
import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HoldshortError } from '@holdshort/errors';
import type { AnchorStore } from './anchor-store.js';

/** Only ever appended to, so that the file may carry the append-only attribute (`chattr +a`) or lie on a WORM volume. */
const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND;

/** One line a name in one file: `{"name":...,"text":...}`. */
export class FileAnchorStore implements AnchorStore {
  readonly kind = 'file';

  constructor(private readonly path: string) {}

  async put(name: string, text: string): Promise<void> {
    const kept = await this.get(name);
    if (kept === text) return;
    if (kept !== undefined)
      throw new HoldshortError('conflict', `The file of anchors has another text for ${name}; nothing is overwritten.`);
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, APPEND, 0o640);
    try {
      const line = `${JSON.stringify({ name, text })}\n`;
      // a line that a crash left torn stays as it is, on a line by itself
      await file.appendFile((await endsTorn(file)) ? `\n${line}` : line);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(dirname(this.path));
  }

  async get(name: string): Promise<string | undefined> {
    const lines = (await this.read()).split('\n');
    return lines.map(readLine).find((line) => line?.name === name)?.text;
  }

  private async read(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }
}

async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== '\n';
}

function readLine(line: string): { name: string; text: string } | undefined {
  try {
    const value = JSON.parse(line) as { name?: unknown; text?: unknown } | null;
    const { name, text } = value ?? {};
    return typeof name === 'string' && typeof text === 'string' ? { name, text } : undefined;
  } catch {
    // an empty or torn line is no anchor
    return undefined;
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
