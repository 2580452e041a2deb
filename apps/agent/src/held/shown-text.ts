import type { HunkText } from '@holdshort/git-wire';
import { maskSecretLines } from '@holdshort/secret-scan';

/** As far as git looks for a NUL before it calls a file binary (xdiff-interface.c, FIRST_FEW_BYTES). */
const HEAD_BYTES = 8000;
const NO_LINE_FEED = '\\ No line feed at the end of the file';

export const NOTHING: HunkText = { lines: [], shown: [] };

export const isBinary = (content: Buffer): boolean => content.subarray(0, HEAD_BYTES).includes(0);

/**
 * A content by its lines, with what may be shown of them.
 * @param path as it may be shown
 * @returns undefined where it cannot be told that no secret is left
 */
export function shownText(content: Buffer, path: string): HunkText | undefined {
  const lines = linesOf(content.toString('utf8'));
  const shown = maskSecretLines(lines, path);
  return shown && { lines, shown };
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(NO_LINE_FEED);
  return lines;
}
