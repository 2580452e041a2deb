import { setTimeout as sleep } from 'node:timers/promises';
import { readBody, type Exchange } from '../http/exchange.js';
import type { World } from '../world/world.js';
import { asList, asObject } from './loose.js';
import { SCRIPTED, SPOKEN } from './scripted-answers.js';

const MODEL = {
  ...{ id: 'standin-1', object: 'model', name: 'Stand-in', vendor: 'holdshort', version: '1' },
  ...{
    model_picker_enabled: true,
    policy: { state: 'enabled', terms: '' },
    supported_endpoints: ['/chat/completions'],
  },
  capabilities: {
    ...{ type: 'chat', family: 'standin-1', object: 'model_capabilities', tokenizer: 'o200k_base' },
    limits: { max_context_window_tokens: 128000, max_output_tokens: 16384, max_prompt_tokens: 128000 },
    supports: { streaming: true, tool_calls: true, parallel_tool_calls: true, vision: false },
  },
  billing: { is_premium: false, multiplier: 0 },
};
/** How Copilot's clients have a model chosen for them. */
const CHOICE = {
  ...{ available_models: [MODEL.id], selected_model: MODEL.id, model: MODEL.id },
  ...{ session_token: 'st-1', expires_at: 4_102_444_800 },
};
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
    const { type } = asObject(event);
    // the forms that name their events repeat the name inside
    res.write(`${typeof type === 'string' ? `event: ${type}\n` : ''}data: ${JSON.stringify(event)}\n\n`);
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

const CHOOSING = new Set(['/models/session', '/models/session/intent', '/auto']);

/** A model that does what a script has for the prompt, and else says the same always; as a whole or as events. @param strict in all the parts that real clients want */
export async function serveModel(world: World, exchange: Exchange, strict = false): Promise<void> {
  const { req, url } = exchange;
  const body = (await readBody(req)).toString('utf8');
  if (req.method === 'GET' && url.pathname === '/models') {
    sendJson(exchange, 200, { object: 'list', data: [MODEL] });
    return;
  }
  if (req.method === 'POST' && CHOOSING.has(url.pathname)) {
    sendJson(exchange, 200, CHOICE);
    return;
  }
  const answer = req.method === 'POST' ? answerTo(world, url.pathname, body, strict) : undefined;
  if (!answer) {
    sendJson(exchange, 501, { error: { message: `The GitHub stand-in does not implement ${url.pathname}` } });
    return;
  }
  if (/"stream"\s*:\s*true/.test(body)) return sendEvents(exchange, answer.events, answer.last);
  sendJson(exchange, 200, answer.whole);
}

function answerTo(world: World, path: string, body: string, strict: boolean) {
  const request = body.startsWith('{') ? (JSON.parse(body) as unknown) : {};
  const call = SCRIPTED[path] && world.models.next(request);
  const { model: named } = asObject(request);
  const model = typeof named === 'string' ? named : MODEL.id;
  const wantsAll = strict || asList(asObject(request)['tools']).length > 0;
  return call ? SCRIPTED[path]?.(model, call) : wantsAll ? SPOKEN[path]?.(model, ANSWER.join('')) : ANSWERS[path];
}
