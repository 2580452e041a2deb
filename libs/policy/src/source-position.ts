/** Both from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Where an offset into a text is, as editors count. */
export function positionAt(source: string, offset: number): Position {
  const before = source.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
