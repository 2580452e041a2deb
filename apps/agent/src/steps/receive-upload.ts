import { createHash } from 'node:crypto';
import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { receiveFile } from '../upload/receive-file.js';

/** Takes an uploaded file to disk; an approval is bound to its bytes and to where they go. */
export async function receiveUpload(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { method, path, query } = exchange;
  exchange.file = await receiveFile(exchange, agent, agent.settings.maxPushBytes);
  exchange.digest = createHash('sha256')
    .update(`${calledHost(exchange)} ${method} ${path}?${query}\n${exchange.file.sha256}`)
    .digest('hex');
}

/** An LFS object on its way to storage: it is exactly the one that the batch announced, or it goes nowhere. */
export async function receiveObject(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { capability } = exchange;
  if (!capability || capability.method === 'GET') return;
  const { object } = capability;
  if (!object) throw new Error('a capability to write is for one LFS object');
  const isContent = capability.method === 'PUT';
  exchange.file = await receiveFile(
    exchange,
    agent,
    isContent ? Math.min(object.size, agent.settings.maxPushBytes) : MAX_VERIFY_BYTES,
  );
  const { sha256, bytes } = exchange.file;
  if (isContent && (sha256 !== object.oid || bytes !== object.size))
    throw new HoldshortError(
      'request_malformed',
      `The bytes are not those of LFS object ${object.oid}: nothing of them was sent on.`,
      {
        advice: 'Check the file out again (git lfs checkout) and repeat the push.',
      },
    );
  exchange.digest = sha256;
}

/** `{"oid","size"}`, git-lfs docs/api/basic-transfers.md. */
const MAX_VERIFY_BYTES = 4096;
