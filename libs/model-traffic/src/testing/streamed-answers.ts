import type { ModelApi } from '../exchange.js';

export interface StreamedAnswer {
  api: ModelApi;
  stream: string;
  /** The same answer, not streamed. */
  whole: string;
  text: string;
  calls: { id: string; name: string; command: string }[];
}

export const COMMAND = 'git commit -qm "größer 🚀" && git push origin HEAD';

const named = (type: string, rest: object): string =>
  `event: ${type}\r\ndata: ${JSON.stringify({ type, ...rest })}\r\n\r\n`;
const plain = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;
const halves = (text: string): [string, string] => [text.slice(0, 24), text.slice(24)];

function chat(): StreamedAnswer {
  const [first, second] = halves(JSON.stringify({ command: COMMAND }));
  const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'gpt-4.1' };
  const chunk = (delta: object, finish: string | null = null): string =>
    plain({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] });
  const call = { id: 'call_1', type: 'function', function: { name: 'bash', arguments: first + second } };
  return {
    api: 'openai-chat',
    stream: [
      ': keep-alive\n\n',
      chunk({ role: 'assistant', content: 'Here ' }),
      chunk({ content: 'goes ✅' }),
      chunk({ tool_calls: [{ ...call, index: 0, function: { name: 'bash', arguments: first } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: second } }] }),
      chunk({}, 'tool_calls'),
      plain({ ...base, choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } }),
      'data: [DONE]\n\n',
    ].join(''),
    whole: JSON.stringify({
      id: 'chatcmpl-1',
      model: 'gpt-4.1',
      choices: [{ index: 0, finish_reason: 'tool_calls', message: { content: 'Here goes ✅', tool_calls: [call] } }],
      usage: { prompt_tokens: 10, completion_tokens: 5 },
    }),
    text: 'Here goes ✅',
    calls: [{ id: 'call_1', name: 'bash', command: COMMAND }],
  };
}

function anthropic(): StreamedAnswer {
  const [first, second] = halves(JSON.stringify({ command: COMMAND }));
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-opus-4-8' };
  const text = { type: 'text', text: 'Here goes ✅' };
  const use = { type: 'tool_use', id: 'toolu_1', name: 'Bash' };
  return {
    api: 'anthropic-messages',
    stream: [
      named('message_start', { message: { ...message, content: [], usage: { input_tokens: 10, output_tokens: 1 } } }),
      named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      named('ping', {}),
      named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Here ' } }),
      named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'goes ✅' } }),
      named('content_block_stop', { index: 0 }),
      named('content_block_start', { index: 1, content_block: { ...use, input: {} } }),
      named('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: first } }),
      named('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: second } }),
      named('message_delta', { delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } }),
      named('message_stop', {}),
    ].join(''),
    whole: JSON.stringify({
      ...message,
      content: [text, { ...use, input: { command: COMMAND } }],
      usage: { input_tokens: 10, output_tokens: 5 },
    }),
    text: 'Here goes ✅',
    calls: [{ id: 'toolu_1', name: 'Bash', command: COMMAND }],
  };
}

function responses(): StreamedAnswer {
  const written = JSON.stringify({ cmd: COMMAND });
  const [first, second] = halves(written);
  const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'exec_command' };
  const message = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Here goes ✅' }] };
  const usage = { input_tokens: 10, output_tokens: 5, input_tokens_details: { cached_tokens: 4 } };
  const finished = { id: 'resp_1', object: 'response', model: 'gpt-5', status: 'completed', usage };
  const output = [message, { ...call, arguments: written }];
  return {
    api: 'openai-responses',
    stream: [
      named('response.created', { response: { id: 'resp_1', model: 'gpt-5', output: [] } }),
      named('response.output_text.delta', { output_index: 0, delta: 'Here ' }),
      named('response.output_text.delta', { output_index: 0, delta: 'goes ✅' }),
      named('response.output_item.done', { output_index: 0, item: message }),
      named('response.output_item.added', { output_index: 1, item: { ...call, arguments: '' } }),
      named('response.function_call_arguments.delta', { output_index: 1, delta: first }),
      named('response.function_call_arguments.delta', { output_index: 1, delta: second }),
      named('response.output_item.done', { output_index: 1, item: { ...call, arguments: written } }),
      named('response.completed', { response: { ...finished, output } }),
    ].join(''),
    whole: JSON.stringify({ ...finished, output }),
    text: 'Here goes ✅',
    calls: [{ id: 'call_1', name: 'exec_command', command: COMMAND }],
  };
}

export const STREAMED_ANSWERS: readonly StreamedAnswer[] = [chat(), anthropic(), responses()];
