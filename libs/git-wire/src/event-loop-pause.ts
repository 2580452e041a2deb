/** Other calls of the agent wait while a pack is parsed, so at most about this long at a time. */
const SLICE_MS = 10;
/** Looking at the clock for each small object would cost more than parsing it. */
const CHECK_EVERY = 32;

/** Lets the event loop turn from time to time during long computations. */
export class EventLoopPause {
  private until = performance.now() + SLICE_MS;
  private count = 0;

  due(): boolean {
    return ++this.count % CHECK_EVERY === 0 && performance.now() > this.until;
  }

  async take(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.until = performance.now() + SLICE_MS;
  }
}
