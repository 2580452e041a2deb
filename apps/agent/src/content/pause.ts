import { setImmediate } from 'node:timers/promises';

/** Other calls wait at most about this long for a large scan. */
const SLICE_MS = 15;

/** Gives way to other calls during long computations. */
export class Pause {
  #since = performance.now();

  due(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  async take(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
