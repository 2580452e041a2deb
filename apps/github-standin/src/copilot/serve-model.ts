import { setTimeout as sleep } from 'node:timers/promises';
import { readBody, type Exchange } from '../http/exchange.js';

const MODEL = { id: 'standin-1', object: 'model', name: 'Stand-in', vendor: 'holdshort', version: '1' };
const ANSWER = ['This', ' is', ' the', ' stand-in.'];
/** Apart enough for a test to see whether pieces come one by one. */
const PAUSE_MS = 150;

function sendJson({ res }: Exchange, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}

async function sendEvents({ res }: Exchange, events: readonly unknown[], last: string): Promise<void> {
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  for (const event of events) {
    res.write(`data: ${JSON.stringify(event)}\n\n`);
    await sleep(PAUSE_MS);
  }
  res.end(last);
}

const chatChunk = (content: string) => ({
  object: 'chat.completion.chunk',
  model: MODEL.id,
  choices: [{ index: 0, delta: { content } }],
});

/** The forms of a model's answer, with words that are always the same. */
const ANSWERS: Readonly<Record<string, { whole: unknown; events: readonly unknown[]; last: string }>> = {
  '/chat/completions': {
    whole: {
      object: 'chat.completion',
      model: MODEL.id,
      choices: [{ index: 0, message: { role: 'assistant', content: ANSWER.join('') }, finish_reason: 'stop' }],
    },
    events: ANSWER.map(chatChunk),
    last: 'data: [DONE]\n\n',
  },
  '/responses': {
    whole: {
      object: 'response',
      status: 'completed',
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: ANSWER.join('') }] }],
    },
    events: ANSWER.map((delta) => ({ type: 'response.output_text.delta', delta })),
    last: 'data: {"type":"response.completed"}\n\n',
  },
  '/v1/messages': {
    whole: { type: 'message', role: 'assistant', content: [{ type: 'text', text: ANSWER.join('') }] },
    events: ANSWER.map((text) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } })),
    last: 'data: {"type":"message_stop"}\n\n',
  },
};

/** A model that always says the same, as a whole or as events. */
export async function serveModel(exchange: Exchange): Promise<void> {
  const { req, url } = exchange;
  const body = (await readBody(req)).toString('utf8');
  const answer = ANSWERS[url.pathname];
  if (req.method === 'GET' && url.pathname === '/models') {
    sendJson(exchange, 200, { object: 'list', data: [MODEL] });
    return;
  }
  if (req.method === 'POST' && answer) {
    if (/"stream"\s*:\s*true/.test(body)) return sendEvents(exchange, answer.events, answer.last);
    sendJson(exchange, 200, answer.whole);
    return;
  }
  sendJson(exchange, 501, { error: { message: `The GitHub stand-in does not implement ${url.pathname}` } });
}
