/** What people are shown of one held call at most: a message of about 500 KB, and more than anybody reads. */
export const MOST_FILES = 100;
export const MOST_CONTENT_BYTES = 512 << 10;
const MOST_LINES = 2000;
const MOST_LINES_OF_ONE = 400;
const MOST_CHARS = 200_000;
const MOST_CHARS_OF_LINE = 400;

/** Counts down what may still be shown. */
export class ShownBudget {
  private lines = MOST_LINES;
  private chars = MOST_CHARS;

  /** @returns as many of the lines as there is room for, each no longer than is read */
  take(lines: readonly string[], mostOfOne = MOST_LINES_OF_ONE): { lines: string[]; cut: boolean } {
    const taken: string[] = [];
    let cut = false;
    for (const line of lines) {
      const shown = shorten(line);
      cut ||= shown !== line;
      if (taken.length >= mostOfOne || this.lines <= 0 || this.chars < shown.length) return { lines: taken, cut: true };
      this.lines -= 1;
      this.chars -= shown.length;
      taken.push(shown);
    }
    return { lines: taken, cut };
  }
}

const shorten = (line: string): string =>
  line.length <= MOST_CHARS_OF_LINE
    ? line
    : `${line.slice(0, MOST_CHARS_OF_LINE)} … [${line.length - MOST_CHARS_OF_LINE} more characters]`;
