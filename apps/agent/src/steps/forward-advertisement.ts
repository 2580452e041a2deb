import { PassThrough } from 'node:stream';
import { addNoThin } from '@holdshort/git-wire';
import type { AgentContext } from '../exchange/agent-context.js';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { answerHeaders } from '../upstream/answer-headers.js';
import { streamUpstream } from '../upstream/stream-upstream.js';
import { singleValue, upstreamRequest } from './forward-upstream.js';

/**
 * As forward-upstream, with `no-thin` added to the capabilities: the push that follows then has every delta base
 * with it, and can be read without asking for the repository.
 */
export async function forwardWithNoThin(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { answer } = exchange;
  const source = new PassThrough();
  const request = upstreamRequest(exchange);
  request.headers = { ...request.headers, 'accept-encoding': 'identity' };
  const received = streamUpstream(agent.upstreams.pool(calledHost(exchange)), request, {
    start(status, headers) {
      answer.githubRequestId = singleValue(headers['x-github-request-id']);
      const passed = answerHeaders(exchange, headers, agent.endpointUrl());
      if (status === 200) delete passed['content-length'];
      answer.start(status, passed);
    },
    data: (chunk) => source.write(chunk),
    drained: (then) => {
      source.once('drain', then);
    },
  }).then(
    () => {
      source.end();
    },
    (error: unknown) => {
      source.destroy(error as Error);
    },
  );
  for await (const chunk of transformed(exchange, source)) {
    if (!answer.push(chunk))
      await new Promise<void>((resolve) => {
        answer.drained(resolve);
      });
  }
  await received;
}

/** Only a real advertisement is changed; an error page of GitHub goes through as it is. */
async function* transformed({ answer }: Exchange, source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const pieces = source[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done) return;
  const whole = (async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => pieces };
  })();
  yield* answer.status === 200 ? addNoThin(whole) : whole;
}
