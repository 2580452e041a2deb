import type { ModelApi } from '../exchange.js';

export interface RecordedRequest {
  client: string;
  path: string;
  api: ModelApi;
  body: unknown;
  prompt: string;
  results: string[];
}

const stamped = '<current_datetime>2026-11-22T13:35:12.466+00:00</current_datetime>\n\nAdd a file and commit';
const COMMIT = 'git add -A && git commit -qm agent-commit';

/** Requests as real assistants sent them (Copilot CLI 1.0.102, Claude Code 2.1.197, Codex 0.169), shortened. */
export const RECORDED_REQUESTS: readonly RecordedRequest[] = [
  {
    client: 'Copilot CLI: choice of a model',
    path: '/auto',
    api: 'copilot-intent',
    body: {
      prompt: 'Add a file and commit',
      has_image: false,
      multi_turn: { routing_intent: 'anchor', turns_since_anchor: 0 },
    },
    prompt: 'Add a file and commit',
    results: [],
  },
  {
    client: 'Copilot CLI: intent',
    path: '/models/session/intent',
    api: 'copilot-intent',
    body: { prompt: 'Add a file and commit', available_models: ['gpt-4.1'], routing_intent: 'anchor' },
    prompt: 'Add a file and commit',
    results: [],
  },
  {
    client: 'Copilot CLI: first turn',
    path: '/chat/completions',
    api: 'openai-chat',
    body: {
      model: 'gpt-4.1',
      stream: true,
      messages: [
        { role: 'system', content: 'You are the Copilot CLI.' },
        { role: 'user', content: stamped },
      ],
      tools: [{ type: 'function', function: { name: 'bash' } }],
    },
    prompt: stamped,
    results: [],
  },
  {
    client: 'Copilot CLI: after a tool',
    path: '/chat/completions',
    api: 'openai-chat',
    body: {
      model: 'gpt-4.1',
      stream: true,
      messages: [
        { role: 'system', content: 'You are the Copilot CLI.' },
        { role: 'user', content: stamped },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              function: { name: 'bash', arguments: JSON.stringify({ command: COMMIT }) },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: '<exited with exit code 0>' },
      ],
    },
    prompt: stamped,
    results: ['call_1: <exited with exit code 0>'],
  },
  {
    client: 'Claude Code: a title for the session',
    path: '/v1/messages',
    api: 'anthropic-messages',
    body: {
      model: 'claude-haiku-4-5-20251001',
      stream: false,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '<session>\nmake a file and commit\n</session>\n\nWrite the title in the language' },
          ],
        },
      ],
    },
    prompt: '<session>\nmake a file and commit\n</session>\n\nWrite the title in the language',
    results: [],
  },
  {
    client: 'Claude Code: after a tool, with a reminder',
    path: '/v1/messages',
    api: 'anthropic-messages',
    body: {
      model: 'claude-opus-4-8',
      stream: true,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '<system-reminder>\nToday is Monday.\n</system-reminder>' },
            { type: 'text', text: 'make a file and commit' },
          ],
        },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: COMMIT } }],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: '[main abc1234] x' }] },
            { type: 'text', text: '<system-reminder>Keep a list.</system-reminder>' },
          ],
        },
      ],
    },
    prompt: 'make a file and commit',
    results: ['toolu_1: [main abc1234] x'],
  },
  {
    client: 'Codex: after a tool',
    path: '/v1/responses',
    api: 'openai-responses',
    body: {
      model: 'gpt-5',
      stream: true,
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'You are Codex.' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'make a file and commit' }] },
        { type: 'function_call', call_id: 'call_1', name: 'exec_command', arguments: JSON.stringify({ cmd: COMMIT }) },
        { type: 'function_call_output', call_id: 'call_1', output: 'Exit code: 0' },
      ],
    },
    prompt: 'make a file and commit',
    results: ['call_1: Exit code: 0'],
  },
];
