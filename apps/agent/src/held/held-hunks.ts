import type { agentV1 } from '@holdshort/contracts';
import { lineHunks, type HunkText } from '@holdshort/git-wire';
import { isBinary, NOTHING, shownText } from './shown-text.js';
import type { ShownBudget } from './shown-budget.js';

/** Why a content is not here: it is over the limit, or could not be had. */
export type Missing = 'too_large' | 'unknown';
export type Content = Buffer | Missing | null;

type Shown = Pick<agentV1.HeldFile, 'content' | 'hunks' | 'cut' | 'oldUnknown'>;

const without = (content: string, oldUnknown = false): Shown => ({ content, hunks: [], cut: false, oldUnknown });

/**
 * What became of one content, as far as it may be shown.
 * @param before null: there was none; of what is not known the new content is shown as added
 * @param path as it may be shown
 */
export function heldHunks(before: Content, after: Content, path: string, budget: ShownBudget): Shown {
  if (typeof after === 'string') return without(after);
  if (before === 'too_large') return without('too_large');
  const oldUnknown = before === 'unknown';
  const [old, now] = [Buffer.isBuffer(before) ? before : null, after];
  if ([old, now].some((content) => content !== null && isBinary(content))) return without('binary', oldUnknown);
  const texts = [old, now].map((content) => (content === null ? NOTHING : shownText(content, path)));
  const [from, to] = texts;
  if (!from || !to) return without('masked', oldUnknown);
  return { content: 'text', ...bounded(from, to, budget), oldUnknown };
}

function bounded(from: HunkText, to: HunkText, budget: ShownBudget): Pick<Shown, 'hunks' | 'cut'> {
  const all = lineHunks(from, to);
  const { lines, cut } = budget.take(all.flatMap((hunk) => hunk.lines));
  const hunks: agentV1.HeldHunk[] = [];
  let at = 0;
  for (const hunk of all) {
    const own = lines.slice(at, at + hunk.lines.length);
    at += hunk.lines.length;
    if (own.length > 0) hunks.push({ ...hunk, lines: own });
  }
  return { hunks, cut };
}
