import {
  NO_LOOKUP,
  wholeContent,
  type FileDifference,
  type ObjectLookup,
  type PackContents,
} from '@holdshort/git-wire';
import type { Content } from './held-hunks.js';
import { MOST_CONTENT_BYTES } from './shown-budget.js';

/** Asks GitHub for what a pack does not hold, contents of files included. */
export interface PushLookup extends ObjectLookup {
  blobs(ids: readonly string[], maxBytes: number): Promise<ReadonlyMap<string, Buffer>>;
}

/** Wikis and gists are not asked for. */
export const NO_PUSH_LOOKUP: PushLookup = { ...NO_LOOKUP, blobs: () => Promise.resolve(new Map<string, Buffer>()) };

type Entry = FileDifference['before'];
/** null: there is no such file. */
export type ContentReader = (entry: Entry) => Promise<Content>;

export const NO_CONTENTS: { read: ContentReader } = { read: () => Promise.resolve(null) };

const SUBMODULE = '160000';
const isBlob = (entry: NonNullable<Entry>): boolean => entry.mode !== SUBMODULE;

/** Reads what the pack holds from the pack; the rest comes from GitHub by one question. */
export async function contentReader(
  pack: PackContents | undefined,
  lookup: PushLookup,
  files: readonly FileDifference[],
): Promise<{ read: ContentReader }> {
  const entries = files.flatMap(({ before, after }) => [before, after].filter((entry) => entry !== undefined));
  const missing = entries.filter((entry) => isBlob(entry) && pack?.type(entry.id) !== 'blob');
  const ids = missing.map(({ id }) => id);
  const remote = ids.length === 0 ? new Map<string, Buffer>() : await lookup.blobs(ids, MOST_CONTENT_BYTES);
  return {
    read: async (entry) => {
      if (entry === undefined) return null;
      if (!isBlob(entry)) return Buffer.from(`Submodule at commit ${entry.id}\n`);
      return pack?.type(entry.id) === 'blob' ? fromPack(pack, entry.id) : (remote.get(entry.id) ?? 'unknown');
    },
  };
}

async function fromPack(pack: PackContents, id: string): Promise<Content> {
  if (pack.size(id) > MOST_CONTENT_BYTES) return 'too_large';
  return wholeContent(pack, id);
}
