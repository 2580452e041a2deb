import { isGithubToken, isSessionCredential, namesGithubCredential } from '../../github-credentials.js';
import { error, type Finding } from '../finding.js';
import type { Surroundings } from '../surroundings.js';

/** Where tools look for a GitHub token; in a session they hold its credential. */
const TOKEN_NAMES = ['GH_TOKEN', 'GITHUB_TOKEN', 'COPILOT_GITHUB_TOKEN'];

function isGithubCredential(name: string, value: string): boolean {
  if (value === '' || isSessionCredential(value)) return false;
  return isGithubToken(value) || TOKEN_NAMES.includes(name) || namesGithubCredential(name);
}

/** No variable holds a credential of GitHub's: it would work around the agent, and leak from there. */
export const checkTokensInEnvironment = ({ env }: Surroundings): Finding[] =>
  Object.entries(env)
    .filter(([name, value = '']) => isGithubCredential(name, value))
    .map(([name]) =>
      error({
        code: 'token_in_environment',
        what: `${name} holds a credential of GitHub: whatever runs here could go around the agent with it.`,
        fix: 'Take it away, here and where it is set, and revoke it at GitHub. `holdshort run` gives tools what they need.',
        command: `unset ${name}`,
      }),
    );
