import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { HoldshortError } from '@holdshort/errors';
import { ReportStatusReader } from '@holdshort/git-wire';
import type { AgentContext } from '../exchange/agent-context.js';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Push } from '../push/push.js';
import { answerHeaders } from '../upstream/answer-headers.js';
import { streamUpstream } from '../upstream/stream-upstream.js';
import { RESULT_HEADERS } from '../respond/git-refusal.js';
import { singleValue } from './forward-upstream.js';

/** Sends commands and pack exactly as they were received, and reads GitHub's report while it passes. */
export async function forwardPush(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { push, answer } = exchange;
  if (!push) throw new Error('forward-push stands after read-push-commands');
  if (push.commands.probe) {
    // git asks whether it may send a large body; GitHub would answer with nothing as well
    answer.start(200, RESULT_HEADERS);
    return;
  }
  const report = new ReportStatusReader();
  let upstreamStatus = 0;
  await streamUpstream(agent.upstreams.pool(calledHost(exchange)), pushRequest(exchange, push), {
    start(status, headers) {
      upstreamStatus = status;
      answer.githubRequestId = singleValue(headers['x-github-request-id']);
      if (status === 200 && !answer.released) answer.start(200, answerHeaders(exchange, headers, agent.endpointUrl()));
    },
    data(chunk) {
      if (upstreamStatus !== 200) return true;
      report.push(chunk);
      return answer.push(chunk);
    },
    drained: (then) => {
      answer.drained(then);
    },
  });
  if (upstreamStatus !== 200) {
    throw new HoldshortError('upstream_refused', `GitHub refused the push with HTTP ${upstreamStatus}.`);
  }
  const seen = report.end();
  push.results = seen.refs;
  if (!seen.complete) throw new HoldshortError('upstream_unreachable', "GitHub's report on the push was cut off.");
}

function pushRequest(exchange: Exchange, push: Push) {
  const { header } = push.commands;
  const headers = { ...exchange.upstreamHeaders, 'content-length': String(header.length + push.packBytes) };
  delete (headers as Record<string, unknown>)['content-encoding'];
  return {
    method: 'POST',
    path: exchange.path,
    headers,
    body: Readable.from(received(header, push)),
    signal: exchange.clientGone,
  };
}

async function* received(header: Buffer, { packFile, packBytes }: Push): AsyncIterable<Buffer> {
  yield header;
  if (packBytes > 0) yield* createReadStream(packFile, { highWaterMark: 256 << 10 }) as AsyncIterable<Buffer>;
}
