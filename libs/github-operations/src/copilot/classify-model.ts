import { gravestClass, type Classification, type IntentAction } from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';
import type { CopilotCall } from './classify-copilot.js';

interface Rule {
  method: string;
  path: RegExp;
  id: string;
  action: IntentAction;
}

/**
 * Calls to the hosts of other models, as Claude Code and Codex make them (recorded): prompts, and what these clients ask
 * for besides. https://platform.claude.com/docs/en/api, https://platform.openai.com/docs/api-reference
 */
const RULES: readonly Rule[] = [
  { method: 'POST', path: /^\/v1\/messages$/, id: 'model/messages', action: 'model.call' },
  { method: 'POST', path: /^\/v1\/messages\/count_tokens$/, id: 'model/count-tokens', action: 'model.call' },
  { method: 'POST', path: /^\/v1\/chat\/completions$/, id: 'model/chat-completions', action: 'model.call' },
  { method: 'POST', path: /^\/v1\/responses$/, id: 'model/responses', action: 'model.call' },
  { method: 'POST', path: /^\/v1\/embeddings$/, id: 'model/embeddings', action: 'model.call' },
  { method: 'GET', path: /^\/v1\/models(?:\/[A-Za-z0-9._:-]+)?$/, id: 'model/models', action: 'model.call' },
  {
    method: 'GET',
    path: /^\/api\/(?:claude_code|claude_cli|oauth)[A-Za-z0-9/_-]*$/,
    id: 'model/settings',
    action: 'model.call',
  },
  {
    method: 'POST',
    path: /^\/api\/(?:event_logging|eval)\/[A-Za-z0-9/_-]{1,100}$/,
    id: 'model/telemetry',
    action: 'telemetry.send',
  },
  { method: 'HEAD', path: /^\/$/, id: 'model/ping', action: 'model.call' },
];

/** A call to a host of models that is none of GitHub's. */
export const classifyModel = (call: CopilotCall): Classification =>
  orRefusal(() => {
    const { host, method, path } = call;
    const rule = RULES.find((one) => one.method === method && one.path.test(path));
    if (!rule) {
      return refuse(
        'operation_unknown',
        `${method} ${path.slice(0, 200)} on ${host} is not a call to a model that Holdshort knows, and unknown calls are refused.`,
      );
    }
    const intents = [{ action: rule.action, target: { account: true } }];
    return {
      operation: { surface: 'copilot', id: rule.id, class: gravestClass(intents), intents, method, path, host },
    };
  });
