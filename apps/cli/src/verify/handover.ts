/** From who is called to who asks: each batch waits until the one before it is taken. */
export class Handover<T> implements AsyncIterable<T> {
  private batch: T[] | undefined;
  private ended = false;
  private error: Error | undefined;
  private changed = Promise.withResolvers<undefined>();

  /** Resolves when the batch is taken, or nobody asks any more. */
  async put(batch: T[]): Promise<void> {
    this.batch = batch;
    this.wake();
    while (this.batch === batch && !this.ended) await this.changed.promise;
  }

  /** @param error what the reader is to see, after all that was put */
  end(error?: Error): void {
    this.ended = true;
    this.error ??= error;
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const { batch } = this;
      if (batch) {
        yield* batch;
        this.batch = undefined;
        this.wake();
      } else if (this.ended) {
        if (this.error !== undefined) throw this.error;
        return;
      } else await this.changed.promise;
    }
  }

  private wake(): void {
    const { resolve } = this.changed;
    this.changed = Promise.withResolvers<undefined>();
    resolve(undefined);
  }
}
