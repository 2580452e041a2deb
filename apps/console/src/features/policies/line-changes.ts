import { diffLines } from 'diff';

export interface LineChange {
  kind: 'added' | 'removed' | 'same';
  text: string;
}

/** Line by line, what became of a text. */
export function lineChanges(before: string, after: string): LineChange[] {
  return diffLines(before, after).flatMap(({ added, removed, value }) => {
    const kind = added ? 'added' : removed ? 'removed' : 'same';
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): LineChange => ({ kind, text }));
  });
}
