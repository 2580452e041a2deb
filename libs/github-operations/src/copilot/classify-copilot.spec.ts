import { classifyCopilot } from './classify-copilot.js';

const API = 'api.githubcopilot.com';

type Row = [method: string, host: string, path: string, expected: string];
const ROWS: Row[] = [
  ['POST', API, '/chat/completions', 'copilot/chat-completions execute model.call'],
  ['POST', 'api.business.githubcopilot.com', '/responses', 'copilot/responses execute model.call'],
  ['POST', API, '/v1/messages', 'copilot/messages execute model.call'],
  ['POST', API, '/embeddings', 'copilot/embeddings execute model.call'],
  ['GET', API, '/models', 'copilot/models execute model.call'],
  ['POST', API, '/models/session', 'copilot/models-session execute model.call'],
  ['POST', API, '/models/session/intent', 'copilot/models-session execute model.call'],
  ['POST', API, '/auto', 'copilot/auto execute model.call'],
  [
    'POST',
    'copilot-proxy.githubusercontent.com',
    '/v1/engines/gpt-41-copilot/completions',
    'copilot/completions execute model.call',
  ],
  ['POST', API, '/agents/swe/v1/jobs/acme/app', 'copilot/agent-start execute workflow.run'],
  ['GET', API, '/agents/swe/v1/jobs/acme/app/12', 'copilot/agent-job read workflow.read'],
  ['GET', API, '/agents/swe/custom-agents/acme/app', 'copilot/custom-agents read repo.read'],
  ['GET', API, '/agents/sessions', 'copilot/agent-sessions admin admin.read'],
  ['POST', 'copilot-telemetry.githubcopilot.com', '/telemetry', 'copilot/telemetry read telemetry.send'],
  ['POST', API, '/models/gpt/policy', 'operation_unknown'],
  ['DELETE', API, '/models', 'operation_unknown'],
  ['POST', API, '/chat/completions/', 'operation_unknown'],
  ['POST', API, '/agents/swe/v1/jobs/acme', 'operation_unknown'],
  ['POST', API, '/agents/swe/v1/jobs/acme/app.git', 'request_malformed'],
  ['POST', API, '/telemetry', 'operation_unknown'],
  ['POST', 'copilot-telemetry.githubcopilot.com', '/a?b', 'operation_unknown'],
  ['GET', API, '/', 'operation_unknown'],
];

describe('classifyCopilot', () => {
  it.each(ROWS)('%s %s%s', (method, host, path, expected) => {
    const result = classifyCopilot({ method, host, path });
    if ('refusal' in result) {
      expect(result.refusal.code).toBe(expected);
      return;
    }
    const { surface, id, class: grade, intents } = result.operation;
    expect(surface).toBe('copilot');
    expect(`${id} ${grade} ${intents.map(({ action }) => action).join(' ')}`).toBe(expected);
  });
});
