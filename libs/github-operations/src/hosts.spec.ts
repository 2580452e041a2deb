import { isGithubHost, surfaceOfHost } from './hosts.js';

const ROWS: [host: string, kind: string | undefined, github: boolean][] = [
  ['github.com', 'github', true],
  ['GitHub.com:443', 'github', true],
  ['github.com.', 'github', true],
  ['api.github.com', 'api', true],
  ['uploads.github.com', 'uploads', true],
  ['raw.githubusercontent.com', 'raw', true],
  ['codeload.github.com', 'codeload', true],
  ['objects.githubusercontent.com', 'objects', true],
  ['ghcr.io', 'registry', true],
  ['gist.github.com', 'gist', true],
  ['gist.githubusercontent.com', 'gist', true],
  ['pkg-containers.githubusercontent.com', 'objects', true],
  ['api.githubcopilot.com', 'copilot', true],
  ['api.business.githubcopilot.com', 'copilot', true],
  ['telemetry.business.githubcopilot.com', 'copilot-telemetry', true],
  ['copilot-telemetry.githubcopilot.com', 'copilot-telemetry', true],
  ['unheard-of.github.com', undefined, true],
  ['tenant.ghe.com', undefined, true],
  ['notgithub.com', undefined, false],
  ['github.com.evil.example', undefined, false],
  ['evilgithubcopilot.com', undefined, false],
  ['constructor', undefined, false],
];

describe('hosts', () => {
  it.each(ROWS)('%s', (host, kind, github) => {
    expect([surfaceOfHost(host), isGithubHost(host)]).toEqual([kind, github]);
  });
});
