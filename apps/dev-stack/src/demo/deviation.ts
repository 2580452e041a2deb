import { setTimeout as delay } from 'node:timers/promises';

const ASK_AGAIN_MS = 250;

/** The demo did not go as it should; its message says what was expected and what was found. */
export class Deviation extends Error {
  constructor(expected: string, found: string) {
    super(`Expected: ${expected}\nFound: ${found}`);
  }
}

export function expect(condition: boolean, expected: string, found: string): asserts condition {
  if (!condition) throw new Deviation(expected, found);
}

/**
 * Asks again and again until there is an answer.
 * @throws Deviation with what `found` says where there is none in time
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  { expected, found, withinMs }: { expected: string; found: () => string; withinMs: number },
): Promise<T> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(ASK_AGAIN_MS);
  }
  throw new Deviation(expected, found());
}
