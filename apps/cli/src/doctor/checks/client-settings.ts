import { join } from 'node:path';
import { readGitConfig, unsetCommand } from '../git-config.js';
import { error, shellWord, type Finding } from '../finding.js';
import type { Surroundings } from '../surroundings.js';

interface Setting {
  file: string;
  /** The line that leads around. */
  line: RegExp;
  what: string;
  /** For sed, where one line is all of it. */
  sed?: string;
}

/** Settings in files of clients that take a call past HTTPS_PROXY, or trust whoever answers. */
function settings({ env, inHome }: Surroundings): Setting[] {
  const config = env.XDG_CONFIG_HOME ?? inHome('.config');
  const editors = [
    join(config, 'Code', 'User', 'settings.json'),
    inHome('.vscode-server', 'data', 'Machine', 'settings.json'),
    inHome('Library', 'Application Support', 'Code', 'User', 'settings.json'),
  ];
  return [
    {
      file: join(env.GH_CONFIG_DIR ?? join(config, 'gh'), 'config.yml'),
      line: /^\s*http_unix_socket:\s*[^\s#]/m,
      what: 'gh sends its calls to a socket of its own (http_unix_socket)',
      sed: '/^ *http_unix_socket:/d',
    },
    {
      file: join(env.CURL_HOME ?? inHome(), '.curlrc'),
      line: /^\s*-{0,2}(?:noproxy|proxy|x|insecure|k)\b/m,
      what: 'curl has its own proxy, exceptions of it, or verifies nobody',
      sed: '/^ *-\\{0,2\\}\\(noproxy\\|proxy\\|x\\|insecure\\|k\\)\\b/d',
    },
    ...editors.map((file) => ({
      file,
      line: /^(?!\s*\/\/).*"http\.(?:proxySupport"\s*:\s*"off"|proxyStrictSSL"\s*:\s*false|noProxy"\s*:\s*\[[^\]]*github)/m,
      what: 'VS Code goes around the proxy or verifies nobody (http.proxySupport, http.proxyStrictSSL, http.noProxy)',
    })),
  ];
}

function inFiles(surroundings: Surroundings): Finding[] {
  return settings(surroundings)
    .filter(({ file, line }) => line.test(surroundings.textOf(file)))
    .map(({ file, what, sed }) =>
      error({
        code: 'client_leads_around',
        what: `${what}, by ${file}.`,
        fix: 'Take these lines out of the file.',
        ...(sed === undefined ? {} : { command: `sed -i ${shellWord(sed)} ${shellWord(file)}` }),
      }),
    );
}

/** A proxy of git's own counts before HTTPS_PROXY; what the session sets stands in no file. */
async function gitProxies({ env, cwd }: Surroundings): Promise<Finding[]> {
  const proxies = await readGitConfig('^(remote\\..*|http(\\..*)?)\\.proxy$', { env, cwd });
  return proxies
    .filter(({ file }) => file !== undefined)
    .map((setting) =>
      error({
        code: 'client_leads_around',
        what: `git has a proxy of its own, ${setting.key} in ${setting.where}, which counts before the agent's.`,
        fix: 'Take the setting away.',
        ...unsetCommand(setting),
      }),
    );
}

/** Clients' own settings take no call around the agent. */
export const checkClientSettings = async (surroundings: Surroundings): Promise<Finding[]> => [
  ...inFiles(surroundings),
  ...(await gitProxies(surroundings)),
];
