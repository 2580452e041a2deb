import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';

export interface ReceivedFile {
  path: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

/**
 * Takes the request body to disk, hashed on the way: nothing of it leaves before the call is decided.
 * @param limit bytes; the first beyond it ends the call
 * @throws HoldshortError `request_too_large`, `request_malformed`
 */
export async function receiveFile(exchange: Exchange, agent: AgentContext, limit: number): Promise<ReceivedFile> {
  const { request } = exchange;
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new HoldshortError('request_malformed', 'An upload with a content encoding is not accepted.');
  const file = path.join(agent.scratchDir, `${randomUUID()}.upload`);
  exchange.cleanups.push(() => rm(file, { force: true }));
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    request,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > limit)
          throw new HoldshortError(
            'request_too_large',
            `The upload is over the ${limit} bytes that were announced or are allowed.`,
          );
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(file, { mode: 0o600 }),
  );
  return { path: file, bytes, sha256: hash.digest('hex') };
}

/** What was received, as the body of a request. */
export const fileBody = ({ path: file, bytes }: ReceivedFile): Readable | null =>
  bytes === 0 ? null : createReadStream(file, { highWaterMark: 256 << 10 });
