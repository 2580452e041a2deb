/** Other calls of the agent wait while a pack is parsed, so at most about this long at a time. */
const SLICE_MS = 10;
/** Looking at the clock for each small object would cost more than parsing it. */
const CHECK_EVERY = 32;

/** Lets the event loop turn from time to time during long computations. */
export class EventLoopPause {
  private until = performance.now() + SLICE_MS;
  private count = 0;

  /** @param checkEvery how often `due` may be asked between two looks at the clock; 1 for steps that are long themselves */
  constructor(private readonly checkEvery = CHECK_EVERY) {}

  due(): boolean {
    return ++this.count % this.checkEvery === 0 && performance.now() > this.until;
  }

  async take(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.until = performance.now() + SLICE_MS;
  }
}
