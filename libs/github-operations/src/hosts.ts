/** The kinds of hosts that Holdshort knows; each has its own way to be classified. */
export type HostKind =
  'github' | 'api' | 'uploads' | 'gist' | 'raw' | 'codeload' | 'objects' | 'registry' | 'copilot' | 'copilot-telemetry';

const HOSTS: Readonly<Record<string, HostKind>> = {
  'github.com': 'github',
  'www.github.com': 'github',
  'api.github.com': 'api',
  'uploads.github.com': 'uploads',
  'gist.github.com': 'gist',
  'gist.githubusercontent.com': 'gist',
  'raw.githubusercontent.com': 'raw',
  'codeload.github.com': 'codeload',
  'objects.githubusercontent.com': 'objects',
  'objects-origin.githubusercontent.com': 'objects',
  'release-assets.githubusercontent.com': 'objects',
  'github-releases.githubusercontent.com': 'objects',
  'media.githubusercontent.com': 'raw',
  'user-images.githubusercontent.com': 'objects',
  'private-user-images.githubusercontent.com': 'objects',
  'avatars.githubusercontent.com': 'objects',
  'camo.githubusercontent.com': 'objects',
  'github-cloud.githubusercontent.com': 'objects',
  'lfs.github.com': 'objects',
  'ghcr.io': 'registry',
  'pkg-containers.githubusercontent.com': 'objects',
  'copilot-proxy.githubusercontent.com': 'copilot',
  'api.githubcopilot.com': 'copilot',
  'api.individual.githubcopilot.com': 'copilot',
  'api.business.githubcopilot.com': 'copilot',
  'api.enterprise.githubcopilot.com': 'copilot',
};

/** Every host that is known by name; below githubcopilot.com there are more, told by their form. */
export const GITHUB_HOSTS: readonly string[] = Object.keys(HOSTS);

/** GitHub's domains: calls to them and to whatever is below them are read and decided, never tunnelled. */
export const GITHUB_DOMAINS = ['github.com', 'githubusercontent.com', 'githubcopilot.com', 'ghcr.io'] as const;

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '').replace(/:\d+$/, '');

const isBelow = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

/** What the host serves; undefined for a host that is not GitHub's or not known. */
export function surfaceOfHost(host: string): HostKind | undefined {
  const name = bare(host);
  if (Object.hasOwn(HOSTS, name)) return HOSTS[name];
  if (!isBelow(name, 'githubcopilot.com')) return undefined;
  return /^(.*-)?telemetry\b/.test(name) ? 'copilot-telemetry' : 'copilot';
}

/** Whether the host lies in a domain of GitHub's: such a host is never tunnelled unread. */
export const isGithubHost = (host: string): boolean =>
  [...GITHUB_DOMAINS, 'ghe.com'].some((domain) => isBelow(bare(host), domain));

/**
 * Whether calls to the host are read and decided: GitHub's domains and GitHub Enterprise Servers, with everything
 * below them.
 */
export const isGoverned = (host: string, servers: readonly string[]): boolean =>
  [...GITHUB_DOMAINS, ...servers].some((domain) => isBelow(host, domain));
