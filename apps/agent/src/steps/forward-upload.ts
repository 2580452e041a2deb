import type { AgentContext } from '../exchange/agent-context.js';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { fileBody } from '../upload/receive-file.js';
import { streamUpstream } from '../upstream/stream-upstream.js';
import { answerSink, upstreamRequest } from './forward-upstream.js';

/** Sends the file that was received, exactly. */
export async function forwardUpload(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { file } = exchange;
  if (!file) throw new Error('forward-upload stands after receive-upload');
  const request = upstreamRequest(exchange);
  request.headers = { ...request.headers, 'content-length': String(file.bytes) };
  request.body = fileBody(file);
  await streamUpstream(agent.upstreams.pool(calledHost(exchange)), request, answerSink(exchange, agent));
}
