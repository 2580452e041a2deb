/** The demo did not go as it should; its message says what was expected and what was found. */
export class Deviation extends Error {
  constructor(expected: string, found: string) {
    super(`Expected: ${expected}\nFound: ${found}`);
  }
}

export function expect(condition: boolean, expected: string, found: string): asserts condition {
  if (!condition) throw new Deviation(expected, found);
}
