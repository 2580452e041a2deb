import { setTimeout as delay } from 'node:timers/promises';

export interface Patience {
  withinMs: number;
  everyMs: number;
  /** What to say beside that it did not come about. */
  instead?: () => string | Promise<string>;
}

/** Asks until it holds; for what another process does. */
export async function until(
  holds: () => Promise<boolean>,
  { withinMs, everyMs, instead = () => '' }: Patience,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`it did not come about within ${withinMs} ms ${await instead()}`);
    await delay(everyMs);
  }
}
