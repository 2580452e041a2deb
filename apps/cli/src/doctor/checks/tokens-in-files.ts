import { join } from 'node:path';
import { holdsGithubToken } from '../../github-credentials.js';
import { error, shellWord, type Finding } from '../finding.js';
import type { Surroundings } from '../surroundings.js';

interface Place {
  /** Path of the file. */
  file: string;
  /** Whether the text holds a credential of GitHub, beside tokens in their own form. */
  holds?: RegExp;
  /** Removes it; without one the file has other things too. */
  command?: (file: string) => string;
}

const remove = (file: string): string => `rm ${file}`;

/** gh's own form: a token, or the name of somebody whose token lies in the keyring. */
const GH_HOSTS = /^\s+(?:oauth_token|user):\s*\S/m;
const NETRC = /machine\s+(?:api\.|gist\.)?github\.com\b[^]*?password\s+\S/;
const STORED = /^https:\/\/[^/\n]*:[^/\n]*@(?:[\w-]+\.)*github\.com\b/m;
const DOCKER = /"(?:https:\/\/)?ghcr\.io[^"]*"\s*:\s*\{[^}]*"auth"\s*:\s*"[^"]/;

/** Files of well-known clients that keep a credential of GitHub's. */
function places({ env, cwd, inHome }: Surroundings): Place[] {
  const config = env.XDG_CONFIG_HOME ?? inHome('.config');
  const gh = env.GH_CONFIG_DIR ?? join(config, 'gh');
  return [
    { file: join(gh, 'hosts.yml'), holds: GH_HOSTS, command: remove },
    { file: inHome('.git-credentials'), holds: STORED, command: (file) => `sed -i '/@[^@]*github\\.com/d' ${file}` },
    {
      file: join(config, 'git', 'credentials'),
      holds: STORED,
      command: (file) => `sed -i '/@[^@]*github\\.com/d' ${file}`,
    },
    { file: inHome('.netrc'), holds: NETRC },
    { file: join(config, 'github-copilot', 'hosts.json'), command: remove },
    { file: join(config, 'github-copilot', 'apps.json'), command: remove },
    { file: inHome('.docker', 'config.json'), holds: DOCKER, command: () => 'docker logout ghcr.io' },
    ...['.npmrc', '.gitconfig', '.bashrc', '.profile', '.zshrc', '.env'].map((name) => ({ file: inHome(name) })),
    ...['.npmrc', '.env', join('.git', 'config'), join('.vscode', 'mcp.json')].map((name) => ({
      file: join(cwd, name),
    })),
    { file: inHome('.copilot', 'mcp-config.json') },
  ];
}

/** No file of a client's holds a credential of GitHub's; the values themselves are never shown. */
export function checkTokensInFiles(surroundings: Surroundings): Finding[] {
  const found = places(surroundings).filter(({ file, holds }) => {
    const text = surroundings.textOf(file);
    return holdsGithubToken(text) || holds?.test(text) === true;
  });
  return [...new Map(found.map((place) => [place.file, place])).values()].map(({ file, command }) =>
    error({
      code: 'token_in_file',
      what: `${file} holds a credential of GitHub: whatever runs here could go around the agent with it.`,
      fix: 'Take it out of the file and revoke it at GitHub. `holdshort run` gives tools what they need.',
      ...(command ? { command: command(shellWord(file)) } : {}),
    }),
  );
}
