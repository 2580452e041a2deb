import { surfaceOfHost } from '../hosts.js';
import { isOwnerName, isRepoName } from '../names.js';
import { gravestClass, type Classification, type Intent, type IntentAction } from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';

export interface CopilotCall {
  host: string;
  method: string;
  /** Without query. */
  path: string;
}

interface Rule {
  methods: string;
  path: RegExp;
  id: string;
  action: IntentAction;
}

/**
 * Model traffic as the Copilot clients send it (recorded from the Copilot CLI; the OpenAI and Anthropic forms of the
 * same). Ids are stable names of ours.
 */
const MODEL_RULES: readonly Rule[] = [
  { methods: 'GET', path: /^\/models(?:\/[A-Za-z0-9._-]+)?$/, id: 'copilot/models', action: 'model.call' },
  { methods: 'POST', path: /^\/models\/session(?:\/intent)?$/, id: 'copilot/models-session', action: 'model.call' },
  { methods: 'GET POST', path: /^\/auto$/, id: 'copilot/auto', action: 'model.call' },
  { methods: 'POST', path: /^(?:\/v1)?\/chat\/completions$/, id: 'copilot/chat-completions', action: 'model.call' },
  { methods: 'POST', path: /^(?:\/v1)?\/responses$/, id: 'copilot/responses', action: 'model.call' },
  { methods: 'POST', path: /^\/v1\/messages(?:\/count_tokens)?$/, id: 'copilot/messages', action: 'model.call' },
  { methods: 'POST', path: /^(?:\/v1)?\/embeddings$/, id: 'copilot/embeddings', action: 'model.call' },
  {
    methods: 'POST',
    path: /^\/v1\/engines\/[A-Za-z0-9._-]+\/completions$/,
    id: 'copilot/completions',
    action: 'model.call',
  },
  { methods: 'GET', path: /^\/_ping$/, id: 'copilot/ping', action: 'metadata.read' },
];

/** Copilot's coding agent: a job sets it to work in a repository, which is execution there. */
const REPOSITORY_RULES: readonly Rule[] = [
  {
    methods: 'POST',
    path: /^\/agents\/swe\/v[01]\/jobs\/([^/]+)\/([^/]+)$/,
    id: 'copilot/agent-start',
    action: 'workflow.run',
  },
  {
    methods: 'GET',
    path: /^\/agents\/swe\/v[01]\/jobs\/([^/]+)\/([^/]+)(?:\/[A-Za-z0-9-]+){0,2}$/,
    id: 'copilot/agent-job',
    action: 'workflow.read',
  },
  {
    methods: 'GET',
    path: /^\/agents\/swe\/custom-agents\/([^/]+)\/([^/]+)$/,
    id: 'copilot/custom-agents',
    action: 'repo.read',
  },
];

/** Sessions of the coding agent reach over all repositories of the person: as GitHub's notifications do. */
const SESSION_RULE: Rule = {
  methods: 'GET',
  path: /^\/agents\/sessions(?:\/[A-Za-z0-9-]+(?:\/logs)?)?$/,
  id: 'copilot/agent-sessions',
  action: 'admin.read',
};

const TELEMETRY_RULE: Rule = {
  methods: 'POST',
  path: /^\/[A-Za-z0-9/_.-]{0,100}$/,
  id: 'copilot/telemetry',
  action: 'telemetry.send',
};

function find(
  rules: readonly Rule[],
  { method, path }: CopilotCall,
): { rule: Rule; match: RegExpExecArray } | undefined {
  for (const rule of rules) {
    const match = rule.methods.split(' ').includes(method) ? rule.path.exec(path) : null;
    if (match) return { rule, match };
  }
  return undefined;
}

function repositoryOf([, owner = '', repo = '']: RegExpExecArray): { owner: string; repo: string } {
  return isOwnerName(owner) && isRepoName(repo)
    ? { owner, repo }
    : refuse('request_malformed', 'Owner or repository in the path is not a name that GitHub gives.');
}

function understand(call: CopilotCall): { id: string; intent: Intent } {
  const isTelemetry = surfaceOfHost(call.host) === 'copilot-telemetry';
  const general = find(isTelemetry ? [TELEMETRY_RULE] : [...MODEL_RULES, SESSION_RULE], call);
  if (general) return { id: general.rule.id, intent: { action: general.rule.action, target: { account: true } } };
  const scoped = isTelemetry ? undefined : find(REPOSITORY_RULES, call);
  if (scoped) return { id: scoped.rule.id, intent: { action: scoped.rule.action, target: repositoryOf(scoped.match) } };
  return refuse(
    'operation_unknown',
    `${call.method} ${call.path.slice(0, 200)} on ${call.host} is not a Copilot call that Holdshort knows, and unknown calls are refused.`,
  );
}

/** What a call to a Copilot host other than its MCP server is: told by method, host and path alone. Never throws. */
export const classifyCopilot = (call: CopilotCall): Classification =>
  orRefusal(() => {
    const { id, intent } = understand(call);
    const { host, method, path } = call;
    const intents = [intent];
    return { operation: { surface: 'copilot', id, class: gravestClass(intents), intents, method, path, host } };
  });
