import type { agentV1 } from '@holdshort/contracts';
import { refDifference, type FileDifference, type RefChange, type RefDifference } from '@holdshort/git-wire';
import { classifyPath } from '@holdshort/github-operations';
import type { Push } from '../push/push.js';
import { heldHunks, type Content } from './held-hunks.js';
import { contentReader, NO_CONTENTS, type ContentReader, type PushLookup } from './read-content.js';
import { MOST_FILES, ShownBudget } from './shown-budget.js';

export interface HeldFiles {
  files: agentV1.HeldFile[];
  more: number;
  notes: string[];
}

/** What may be said of a name. */
export type Shows = (name: string) => string;

/** What a push does to the files of each of its refs, old tip against new tip, within limits, secrets masked. */
export async function heldFiles(
  push: Push,
  lookup: PushLookup,
  { shows, over }: { shows: Shows; over: AbortSignal },
): Promise<HeldFiles> {
  const told: HeldFiles = { files: [], more: 0, notes: [] };
  const budget = new ShownBudget();
  for (const change of push.changes) {
    const room = MOST_FILES - told.files.length;
    const found = await refDifference(change, push.pack ?? null, lookup, Math.max(room, 0));
    told.notes.push(...notesOf(change, found, shows));
    const { read } = found ? await contentReader(push.pack, lookup, found.files) : NO_CONTENTS;
    for (const difference of gravestFirst(found?.files ?? [])) {
      over.throwIfAborted();
      told.files.push(await fileOf(difference, read, { ref: shows(change.ref), shows, budget }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    told.more += found?.more ?? 0;
    addReverted(told, change, { found, shows });
  }
  return told;
}

/** What policy looks at comes before the limits take hold. */
const gravestFirst = (files: readonly FileDifference[]): FileDifference[] =>
  [...files].sort((a, b) => Number(isPlain(a)) - Number(isPlain(b)));
const isPlain = ({ path }: FileDifference): boolean => classifyPath(path).length === 0;

function notesOf({ ref, oldId, newId }: RefChange, found: RefDifference | undefined, shows: Shows): string[] {
  const name = shows(ref);
  if (/^0+$/.test(newId)) return [`${name} is deleted: there is no content to show.`];
  if (!found) return [`${name} points at something that could not be looked at.`];
  if (!/^0+$/.test(oldId)) return [];
  if (found.base === null) return [`${name} is new, and all its files with it.`];
  return [`${name} is new: it is compared with ${found.base.slice(0, 12)}, the commit that it began at.`];
}

/** GitHub keeps what any commit brings, even where a later one takes it back. */
function addReverted(
  told: HeldFiles,
  { ref, changedPaths }: RefChange,
  { found, shows }: { found: RefDifference | undefined; shows: Shows },
): void {
  if (!found || found.more > 0) return;
  const shown = new Set(found.files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
  for (const { path, kind } of changedPaths.filter((changed) => !shown.has(changed.path))) {
    if (told.files.length >= MOST_FILES) told.more += 1;
    else
      told.files.push({
        ...{ ref: shows(ref), path: shows(path), from: '', change: 'reverted', kind, content: 'none' },
        ...{ bytes: '0', hunks: [], cut: false, oldUnknown: false },
      });
  }
}

interface Telling {
  ref: string;
  shows: Shows;
  budget: ShownBudget;
}

async function fileOf(
  difference: FileDifference,
  read: ContentReader,
  { ref, shows, budget }: Telling,
): Promise<agentV1.HeldFile> {
  const path = shows(difference.path);
  const before = difference.unknown ? 'unknown' : await read(difference.before);
  const after = await read(difference.after);
  return {
    ...{ ref, path, from: difference.from === undefined ? '' : shows(difference.from) },
    ...{ change: changeOf(difference), kind: kindOf(difference), bytes: String(bytesOf(after ?? before)) },
    ...heldHunks(before, after, path, budget),
  };
}

const bytesOf = (content: Content): number => (Buffer.isBuffer(content) ? content.length : 0);

function changeOf({ before, after, from, unknown }: FileDifference): string {
  if (from !== undefined) return 'renamed';
  if (unknown) return 'modified';
  if (!before) return 'added';
  if (!after) return 'deleted';
  return before.id === after.id ? 'mode' : 'modified';
}

const KINDS: Readonly<Record<string, string>> = { '100755': 'executable', '120000': 'symlink', '160000': 'submodule' };
const kindOf = ({ before, after }: FileDifference): string => KINDS[(after ?? before)?.mode ?? ''] ?? 'file';
