export interface RetryOptions {
  signal: AbortSignal;
  firstMs: number;
  lastMs: number;
  onError: (error: unknown) => void;
}

/** Repeats the work until it succeeds, waiting twice as long each time. @throws the signal's reason once it is aborted */
export async function retryUntilDone<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let wait = options.firstMs; ; wait = Math.min(wait * 2, options.lastMs)) {
    options.signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      options.signal.throwIfAborted();
      options.onError(error);
      await pause(wait, options.signal);
    }
  }
}

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
