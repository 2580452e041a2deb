import { describe } from '@jest/globals';

/**
 * A `describe` that is skipped where something is missing, and then standard error says so: a green run without it must
 * not look like one with it.
 * @param missing what is not there, and how to get it; undefined where all is
 */
export function describeOrSkip(title: string, missing: string | undefined, body: () => void): void {
  if (missing === undefined) {
    describe(title, body);
    return;
  }
  process.stderr.write(`\nSKIPPED "${title}": ${missing}\n`);
  describe.skip(title, body);
}
