import { UnreadableInput } from '@holdshort/audit-events';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { plain } from '../verify/file-source.js';
import { ObjectSplitter } from './object-splitter.js';

const LOG_FILE = /\.(json|ndjson|jsonl|log)(\.gz)?$/;

/** Files as they are named; of folders all that are called like a log, at any depth, in the order of their paths. */
async function filesOf(places: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const place of places) {
    const found = await stat(place).catch(() => undefined);
    if (!found) throw new UnreadableInput(`${place} is not there`);
    files.push(...(found.isDirectory() ? await logsIn(place) : [place]));
  }
  if (files.length === 0) throw new UnreadableInput(`${places.join(', ')}: no file of a log is there`);
  return files;
}

async function logsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => LOG_FILE.test(name));
  return names.sort().map((name) => join(folder, name));
}

/** Entries of streamed or exported files, plain or gzip, as they come; nothing of them is believed yet. */
export async function* githubFiles(places: readonly string[]): AsyncGenerator {
  for (const file of await filesOf(places)) {
    try {
      yield* entriesIn(file);
    } catch (error) {
      if (error instanceof UnreadableInput) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new UnreadableInput(`${file} cannot be read to its end: ${why}`, { cause: error });
    }
  }
}

async function* entriesIn(file: string): AsyncGenerator {
  const raw = createReadStream(file);
  const decoder = new StringDecoder('utf8');
  const splitter = new ObjectSplitter();
  try {
    for await (const chunk of await plain(raw))
      for (const text of splitter.push(decoder.write(chunk as Buffer))) yield JSON.parse(text);
    if (splitter.isOpen) throw new UnreadableInput(`${file} ends within an entry`);
  } finally {
    raw.destroy();
  }
}
