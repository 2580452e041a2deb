import { sessionVariables } from './child-environment.js';

/**
 * The variables of a session where neither GitHub Enterprise Servers nor git settings of the user's own are named, and
 * which of them are files. Values are none: they differ with each session.
 */
const EXAMPLE = sessionVariables({
  session: { id: '', credential: 'x' },
  stack: {
    ...{ controlPlane: 'https://holdshort.example', ca: '', enterpriseServers: [] },
    ...{ agentProxy: 'http://127.0.0.1:7402', agentEndpoint: 'http://127.0.0.1:7403', agentAdmin: '' },
  },
  caFiles: { bundle: 'file:bundle', extra: 'file:extra', workspace: 'file:workspace', none: 'file:none' },
  env: {},
});

export const SESSION_VARIABLE_NAMES: readonly string[] = Object.keys(EXAMPLE);

/** By these a session's files are found, one each. */
const FILE_VARIABLES = ['bundle', 'extra', 'workspace', 'none'].map(
  (file) => SESSION_VARIABLE_NAMES.find((name) => EXAMPLE[name] === `file:${file}`) ?? '',
);

const referring = (to: (name: string) => string): Record<string, string> =>
  Object.fromEntries(SESSION_VARIABLE_NAMES.map((name) => [name, to(name)]));

/**
 * settings.json of VS Code. Terminals take the session over from the editor, whatever a profile or an extension sets;
 * VS Code's own GitHub account answers for no git command.
 */
export function vscodeSettings(): Record<string, unknown> {
  const env = referring((name) => `\${env:${name}}`);
  return {
    'terminal.integrated.env.linux': env,
    'terminal.integrated.env.osx': env,
    'http.proxySupport': 'override',
    'http.proxyStrictSSL': true,
    'git.terminalAuthentication': false,
    'github.gitAuthentication': false,
  };
}

/** devcontainer.json for a container on the network of its host, where the agent is. Holds no credential. */
export function devcontainerSettings(): Record<string, unknown> {
  return {
    name: 'with Holdshort',
    image: 'mcr.microsoft.com/devcontainers/base:bookworm',
    runArgs: ['--network=host'],
    mounts: FILE_VARIABLES.map((name) => `source=\${localEnv:${name}},target=\${localEnv:${name}},type=bind,readonly`),
    remoteEnv: referring((name) => `\${localEnv:${name}}`),
    customizations: {
      vscode: { settings: { 'git.terminalAuthentication': false, 'github.gitAuthentication': false } },
    },
  };
}

/**
 * Lines `NAME=value` as docker's `--env-file` and editors' plugins read them: the value goes to the end of the line, with
 * no quotes. @throws Error for a value that such a line cannot hold
 */
export function dotenvLines(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => {
    if (/[\r\n]/.test(value)) throw new Error(`The value of ${name} has more than one line.`);
    return `${name}=${value}`;
  });
}
