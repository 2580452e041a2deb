import { classifyModel } from './classify-model.js';

const HOST = 'api.anthropic.com';

it.each([
  ['POST', '/v1/messages', 'model/messages execute model.call'],
  ['POST', '/v1/responses', 'model/responses execute model.call'],
  ['POST', '/v1/chat/completions', 'model/chat-completions execute model.call'],
  ['GET', '/v1/models/claude-opus-4-8', 'model/models execute model.call'],
  ['GET', '/api/claude_code/settings', 'model/settings execute model.call'],
  ['POST', '/api/event_logging/v2/batch', 'model/telemetry read telemetry.send'],
  ['POST', '/v1/files', 'operation_unknown'],
  ['DELETE', '/v1/messages', 'operation_unknown'],
  ['POST', '/v1/messages/../files', 'operation_unknown'],
])('%s %s', (method, path, expected) => {
  const result = classifyModel({ host: HOST, method, path });
  if ('refusal' in result) expect(result.refusal.code).toBe(expected);
  else {
    const { id, class: grade, intents } = result.operation;
    expect(`${id} ${grade} ${intents.map(({ action }) => action).join(' ')}`).toBe(expected);
  }
});
