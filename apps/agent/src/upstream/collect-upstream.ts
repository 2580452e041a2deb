import type { Pool } from 'undici';
import type { HoldshortError } from '@holdshort/errors';
import { streamUpstream, type UpstreamRequest } from './stream-upstream.js';

export interface Collected {
  status: number;
  body: string;
}

/** An answer as a whole, UTF-8, for the few that the agent reads itself. @throws what `tooLarge` makes, over `maxBytes` */
export async function collectUpstream(
  pool: Pool,
  request: UpstreamRequest,
  limit: { maxBytes: number; tooLarge: () => HoldshortError },
): Promise<Collected> {
  const chunks: Buffer[] = [];
  let status = 0;
  let bytes = 0;
  await streamUpstream(pool, request, {
    start: (answered) => {
      status = answered;
    },
    data: (chunk) => {
      bytes += chunk.length;
      if (bytes <= limit.maxBytes) chunks.push(chunk);
      return true;
    },
    drained: (then) => {
      then();
    },
  });
  if (bytes > limit.maxBytes) throw limit.tooLarge();
  return { status, body: Buffer.concat(chunks).toString('utf8') };
}
