import { withStack } from '../check.js';
import { proxyUrl } from '../../child-environment.js';
import { error, shellWord, type Finding } from '../finding.js';
import type { StackLocation } from '../../stack-location.js';
import type { SessionHere } from '../surroundings.js';

/** curl and git read the lower form, Go (gh) either, Node the lower before the upper. */
const NAMES = ['HTTPS_PROXY', 'https_proxy'] as const;

function examine(name: string, value: string, session: SessionHere, stack: StackLocation): Finding[] {
  const right = proxyUrl(stack, session.credential);
  const command = `export ${name}=${shellWord(right).replace(session.credential, '"$HOLDSHORT_SESSION_CREDENTIAL"')}`;
  const fix = 'Set it to the proxy of the agent with the credential of this session, or open a new session.';
  if (value === '')
    return [
      error({
        code: 'proxy_missing',
        what: `${name} is not set in this session: clients would go to GitHub directly.`,
        fix,
        command,
      }),
    ];
  const isAgent = hostOf(value) === new URL(stack.agentProxy).host;
  if (isAgent) return [];
  return [
    error({ code: 'proxy_elsewhere', what: `${name} leads to ${hostOf(value)}, not to the agent.`, fix, command }),
  ];
}

/** Without name and password of the proxy, which are secrets. */
const hostOf = (value: string): string => (URL.canParse(value) ? new URL(value).host : 'something that is no URL');

function nodeIgnoresIt(env: NodeJS.ProcessEnv): Finding[] {
  if (env.NODE_USE_ENV_PROXY === '1') return [];
  const what = 'NODE_USE_ENV_PROXY is not 1: programs on Node would go to GitHub directly.';
  return [error({ code: 'proxy_missing', what, fix: 'Set it.', command: 'export NODE_USE_ENV_PROXY=1' })];
}

/** In a session, the variables that lead its clients to the agent. Outside of one `holdshort run` sets them. */
export const checkProxy = withStack(({ env, session }, stack) => {
  if (!session) return [];
  return [...NAMES.flatMap((name) => examine(name, env[name] ?? '', session, stack)), ...nodeIgnoresIt(env)];
});
