import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is not undefined and not false; for what happens in another process or a moment later. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  withinMs = 10_000,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) {
      return answer as Exclude<T, null | undefined | false>;
    }
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await delay(25);
  }
}
