import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';
import { HoldshortError } from '@holdshort/errors';

export interface UpstreamRequest {
  method: string;
  /** With query. */
  path: string;
  headers: OutgoingHttpHeaders;
  body: Readable | Buffer | null;
  signal: AbortSignal;
}

/** What is done with the answer as it arrives. An error that `start` or `data` throws ends the call with it. */
export interface UpstreamSink {
  start(status: number, headers: IncomingHttpHeaders): void;
  /** False asks for a pause until the callback given to `drained` is called. */
  data(chunk: Buffer): boolean;
  drained(then: () => void): void;
}

const unreachable = (cause: Error): HoldshortError =>
  new HoldshortError('upstream_unreachable', 'The host gave no complete answer to this call.', {
    advice: 'Try again in a moment.',
    cause,
  });

/**
 * Sends one request and feeds the answer to the sink, without holding more than a chunk. Resolves at the answer's end.
 * Never retries: a write could be done twice.
 * @throws HoldshortError `upstream_unreachable`
 */
export function streamUpstream(pool: Pool, request: UpstreamRequest, sink: UpstreamSink): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const { method, path, headers, body, signal } = request;
  let controller: Dispatcher.DispatchController | undefined;
  const abort = (): void => controller?.abort(new Error('the client went away'));
  signal.addEventListener('abort', abort, { once: true });
  const passedOn = (started: Dispatcher.DispatchController, chunk: Buffer): boolean => {
    try {
      return sink.data(chunk);
    } catch (refused) {
      started.abort(refused as Error);
      return true;
    }
  };
  pool.dispatch(
    { method, path, headers: headers as Record<string, string | string[]>, body, idempotent: false },
    {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) abort();
      },
      onResponseStart(started, status, answerHeaders) {
        if (status < 200) return;
        try {
          sink.start(status, answerHeaders);
        } catch (refused) {
          started.abort(refused as Error);
        }
      },
      onResponseData(started, chunk) {
        if (passedOn(started, chunk)) return;
        started.pause();
        sink.drained(() => {
          started.resume();
        });
      },
      onResponseEnd() {
        resolve(undefined);
      },
      onResponseError(_started, error) {
        reject(error instanceof HoldshortError ? error : unreachable(error));
      },
    },
  );
  return promise.finally(() => {
    signal.removeEventListener('abort', abort);
  });
}
