import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './segment-file.js';

/** A place in the spool: everything before it has been acknowledged. */
export interface Position {
  segment: number;
  offset: number;
}

const NAME = 'cursor.json';

const isPosition = (value: unknown): value is Position =>
  typeof value === 'object' &&
  value !== null &&
  'segment' in value &&
  'offset' in value &&
  Number.isSafeInteger(value.segment) &&
  Number.isSafeInteger(value.offset);

/** The stored position; `undefined` where there is none or it cannot be read: then everything is sent again, once too often. */
export async function readCursor(dir: string): Promise<Position | undefined> {
  try {
    const value = JSON.parse(await readFile(join(dir, NAME), 'utf8')) as unknown;
    return isPosition(value) ? { segment: value.segment, offset: value.offset } : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the stored position atomically and durably. */
export async function writeCursor(dir: string, position: Position): Promise<void> {
  const temporary = join(dir, `${NAME}.new`);
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(position)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(dir, NAME));
  await syncFolder(dir);
}
