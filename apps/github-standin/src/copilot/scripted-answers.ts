import type { ScriptedCall } from './model-script.js';

export interface ModelForms {
  whole: unknown;
  /** With the names of events, where the form has them. */
  events: readonly unknown[];
  last: string;
}

const chat = (model: string, { id, name, arguments: written }: ScriptedCall): ModelForms => {
  const base = { id: `chatcmpl-${id}`, model };
  const call = { index: 0, id, type: 'function', function: { name, arguments: written } };
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const message = { role: 'assistant', content: null, tool_calls: [call] };
  return {
    whole: { ...base, object: 'chat.completion', choices: [{ index: 0, finish_reason: 'tool_calls', message }], usage },
    events: [
      { ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta: message, finish_reason: null }] },
      {
        ...base,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }],
        usage,
      },
    ],
    last: 'data: [DONE]\n\n',
  };
};

const responses = (model: string, { id, name, arguments: written }: ScriptedCall): ModelForms => {
  const item = { type: 'function_call', id: `fc_${id}`, call_id: id, name, arguments: written, status: 'completed' };
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  const whole = { id: `resp_${id}`, object: 'response', model, status: 'completed', output: [item], usage };
  return {
    whole,
    events: [
      { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: whole },
    ],
    last: '',
  };
};

const anthropic = (model: string, { id, name, arguments: written }: ScriptedCall): ModelForms => {
  const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model };
  const use = { type: 'tool_use', id, name };
  const usage = { input_tokens: 10, output_tokens: 5 };
  const input: unknown = JSON.parse(written);
  return {
    whole: { ...message, content: [{ ...use, input }], stop_reason: 'tool_use', stop_sequence: null, usage },
    events: [
      { type: 'message_start', message: { ...message, content: [], stop_reason: null, stop_sequence: null, usage } },
      { type: 'content_block_start', index: 0, content_block: { ...use, input: {} } },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: written } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ],
    last: '',
  };
};

const USAGE = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };

/** Words in the forms that strict clients accept. */
export const SPOKEN: Readonly<Record<string, (model: string, text: string) => ModelForms>> = {
  '/chat/completions': (model, text) => {
    const base = { id: 'chatcmpl-0', model };
    const message = { role: 'assistant', content: text };
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    return {
      whole: { ...base, object: 'chat.completion', choices: [{ index: 0, finish_reason: 'stop', message }], usage },
      events: [
        { ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta: message, finish_reason: null }] },
        { ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage },
      ],
      last: 'data: [DONE]\n\n',
    };
  },
  '/v1/messages': (model, text) => {
    const message = { id: 'msg_0', type: 'message', role: 'assistant', model };
    const block = { type: 'text', text };
    return {
      whole: { ...message, content: [block], stop_reason: 'end_turn', stop_sequence: null, usage: USAGE },
      events: [
        {
          type: 'message_start',
          message: { ...message, content: [], stop_reason: null, stop_sequence: null, usage: USAGE },
        },
        { type: 'content_block_start', index: 0, content_block: { ...block, text: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
        { type: 'content_block_stop', index: 0 },
        {
          type: 'message_delta',
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: 5 },
        },
        { type: 'message_stop' },
      ],
      last: '',
    };
  },
  '/v1/responses': (model, text) => {
    const content = [{ type: 'output_text', text, annotations: [] }];
    const item = { type: 'message', id: 'm_0', role: 'assistant', status: 'completed', content };
    const whole = { id: 'resp_0', object: 'response', model, status: 'completed', output: [item], usage: USAGE };
    return {
      whole,
      events: [
        { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
        { type: 'response.output_item.done', output_index: 0, item },
        { type: 'response.completed', response: whole },
      ],
      last: '',
    };
  },
};

/** A tool call in the form of each API, by the path. */
export const SCRIPTED: Readonly<Record<string, (model: string, call: ScriptedCall) => ModelForms>> = {
  '/chat/completions': chat,
  '/v1/chat/completions': chat,
  '/responses': responses,
  '/v1/responses': responses,
  '/v1/messages': anthropic,
};
