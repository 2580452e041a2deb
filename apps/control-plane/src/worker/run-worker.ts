import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { HoldshortError } from '@holdshort/errors';

/** Beside the compiled code; where the sources run (tests), it is taken from the build. */
function entryOf(url: URL): string {
  const file = fileURLToPath(url);
  return existsSync(file) ? file : file.replace('/control-plane/src/', '/control-plane/dist/');
}

export interface RunningWorker<T> {
  result: Promise<T>;
  /** Ends it; the result is then refused. */
  stop(): Promise<void>;
}

/**
 * Work that takes seconds, in a thread of its own: decisions go on beside it.
 * @param entry module that posts exactly one message, its result
 * @param data structured-cloneable; no credential of it reaches a log
 */
export function runWorker<T>(entry: URL, data: unknown): RunningWorker<T> {
  const worker = new Worker(entryOf(entry), { workerData: data });
  const result = new Promise<T>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => {
      reject(new HoldshortError('internal_error', 'The work was ended before it was done.'));
    });
  });
  return { result, stop: () => worker.terminate().then(() => undefined) };
}
