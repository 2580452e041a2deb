import { readGitConfig, unsetCommand } from '../git-config.js';
import { error, type Finding } from '../finding.js';
import type { Surroundings } from '../surroundings.js';

/** Variables that turn off the verification of certificates, with the values that do. */
const SWITCHES: readonly [name: string, off: RegExp][] = [
  ['GIT_SSL_NO_VERIFY', /^(?!(?:0|false|no|off)?$)/i],
  ['NODE_TLS_REJECT_UNAUTHORIZED', /^0$/],
  ['PYTHONHTTPSVERIFY', /^0$/],
];

const inEnvironment = (env: NodeJS.ProcessEnv): Finding[] =>
  SWITCHES.filter(([name, off]) => env[name] !== undefined && off.test(env[name])).map(([name]) =>
    error({
      code: 'tls_not_verified',
      what: `${name} turns off the verification of certificates: whoever answers is taken for GitHub.`,
      fix: 'Take it away, here and where it is set.',
      command: `unset ${name}`,
    }),
  );

/** Clients verify who answers them. */
export async function checkGitTrust({ env, cwd }: Surroundings): Promise<Finding[]> {
  const off = await readGitConfig('^http\\.(.*\\.)?sslverify$', { env, cwd });
  return [
    ...inEnvironment(env),
    ...off
      .filter(({ value }) => /^(?:false|no|off|0)$/i.test(value))
      .map((setting) =>
        error({
          code: 'tls_not_verified',
          what: `${setting.key} is ${setting.value} in ${setting.where}: git takes whoever answers for GitHub.`,
          fix: 'Take the setting away.',
          ...unsetCommand(setting),
        }),
      ),
  ];
}
