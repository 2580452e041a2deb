import type { OpenedSession } from '@holdshort/api-client';
import type { CaFiles } from './ca-files.js';
import { isGithubToken, namesCredential } from './github-credentials.js';
import { bypassesAgent } from './governed-hosts.js';
import type { StackLocation } from './stack-location.js';

export interface ChildEnvironmentInput {
  session: Pick<OpenedSession, 'id' | 'credential'>;
  stack: StackLocation;
  caFiles: CaFiles;
  /** The environment of the command line itself. */
  env: NodeJS.ProcessEnv;
}

/** What stands at the other end is the agent, and git is to make sure of it. */
const TRUST_NAMES = new Set(['GIT_SSL_NO_VERIFY', 'GIT_SSL_CAINFO']);

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

function withoutCredentials(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !namesCredential(entry[0]) && !TRUST_NAMES.has(entry[0]) && !isGithubToken(entry[1]),
  );
  return Object.fromEntries(kept);
}

export function proxyUrl(stack: StackLocation, credential: string): string {
  const url = new URL(stack.agentProxy);
  url.username = 'holdshort';
  url.password = credential;
  return url.href.replace(/\/$/, '');
}

/** The user's exceptions stay, but for those that lead around the agent. */
function noProxy(env: NodeJS.ProcessEnv, stack: StackLocation): string {
  const own = (env.NO_PROXY ?? env.no_proxy ?? '').split(',').map((entry) => entry.trim());
  const kept = own.filter((entry) => entry !== '' && !bypassesAgent(entry, stack.enterpriseServers));
  return [...new Set([...LOOPBACK, new URL(stack.controlPlane).hostname, ...kept])].join(',');
}

/**
 * Git settings for this process tree only: they are read after the user's files and leave these as they are. An empty
 * value ends a list, so no helper, header or proxy of the user's own answers for GitHub. For GitHub the workspace CA alone
 * counts: a way around the agent has no certificate that git takes, and the system's list, which git would read at each
 * call, takes about 12 ms. The variable GIT_SSL_CAINFO would override both.
 */
function gitSettings(proxy: string, caFiles: CaFiles, servers: readonly string[]): [string, string][] {
  return [
    ['credential.helper', ''],
    ['http.extraheader', ''],
    ['http.proxyAuthMethod', 'basic'],
    ['http.sslCAInfo', caFiles.bundle],
    ...['github.com', 'gist.github.com', ...servers].flatMap((host): [string, string][] => [
      [`credential.https://${host}.helper`, ''],
      [`http.https://${host}/.extraheader`, ''],
      [`http.https://${host}/.proxy`, proxy],
      [`http.https://${host}/.sslVerify`, 'true'],
      [`http.https://${host}/.sslCAInfo`, caFiles.workspace],
      [`url.https://${host}/.insteadOf`, `git@${host}:`],
      [`url.https://${host}/.insteadOf`, `ssh://git@${host}/`],
    ]),
  ];
}

function asGitVariables(settings: [string, string][]): Record<string, string> {
  const pairs = settings.flatMap(([key, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...(Object.fromEntries(pairs) as Record<string, string>) };
}

/** What the user's own GIT_CONFIG_* say, but for what we set: an outer session's settings end here. */
function inheritedGitSettings(env: NodeJS.ProcessEnv, ours: [string, string][]): [string, string][] {
  const names = new Set(ours.map(([key]) => key.toLowerCase()));
  const count = Number(env.GIT_CONFIG_COUNT ?? 0);
  return Array.from({ length: Number.isInteger(count) ? count : 0 }, (_, n): [string, string] => [
    env[`GIT_CONFIG_KEY_${n}`] ?? '',
    env[`GIT_CONFIG_VALUE_${n}`] ?? '',
  ]).filter(([key]) => key !== '' && !names.has(key.toLowerCase()));
}

const trust = ({ bundle, extra, none }: CaFiles): Record<string, string> => ({
  // the bundle has the system's list; its folder too would be read at each call of git, which takes 25 ms
  GIT_SSL_CAPATH: none,
  SSL_CERT_FILE: bundle,
  CURL_CA_BUNDLE: bundle,
  REQUESTS_CA_BUNDLE: bundle,
  NODE_EXTRA_CA_CERTS: extra,
});

/**
 * What a session adds to, and takes from, its child's environment. The session credential stands where tools look for
 * a GitHub token: it is worth nothing anywhere but at this workspace's agent.
 */
export function sessionVariables({ session, stack, caFiles, env }: ChildEnvironmentInput): Record<string, string> {
  const proxy = proxyUrl(stack, session.credential);
  const exceptions = noProxy(env, stack);
  const ours = gitSettings(proxy, caFiles, stack.enterpriseServers);
  return {
    ...asGitVariables([...inheritedGitSettings(env, ours), ...ours]),
    ...trust(caFiles),
    ...{ HTTPS_PROXY: proxy, https_proxy: proxy, NO_PROXY: exceptions, no_proxy: exceptions, NODE_USE_ENV_PROXY: '1' },
    ...{ GH_TOKEN: session.credential, GITHUB_TOKEN: session.credential, COPILOT_GITHUB_TOKEN: session.credential },
    // gh takes it for every host but github.com: it is worth nothing there either, and none of the user's own stands in
    ...(stack.enterpriseServers.length > 0 ? { GH_ENTERPRISE_TOKEN: session.credential } : {}),
    // Set but empty: git asks neither a program nor the terminal for a password.
    ...{ GIT_ASKPASS: '', GIT_TERMINAL_PROMPT: '0' },
    ...{ GITHUB_API_URL: `${stack.agentEndpoint}/api/v3`, GITHUB_GRAPHQL_URL: `${stack.agentEndpoint}/api/graphql` },
    HOLDSHORT_SESSION_ID: session.id,
    HOLDSHORT_SESSION_CREDENTIAL: session.credential,
    HOLDSHORT_AGENT_ENDPOINT: stack.agentEndpoint,
  };
}

/** The child's whole environment. */
export const childEnvironment = (input: ChildEnvironmentInput): Record<string, string> => ({
  ...withoutCredentials(input.env),
  ...sessionVariables(input),
});

/** Variables that a shell must forget when it takes over `sessionVariables`. */
export const variablesToForget = (env: NodeJS.ProcessEnv, set: Record<string, string>): string[] =>
  Object.keys(env).filter((name) => !(name in withoutCredentials(env)) && !(name in set));
