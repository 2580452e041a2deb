/** The hosts that the two ways in are about; which others are governed says `surfaceOfHost`. */
export const GITHUB_HOST = 'github.com';
export const GIST_HOST = 'gist.github.com';
export const REGISTRY_HOST = 'ghcr.io';
export const API_HOST = 'api.github.com';
/** Where the endpoint's /mcp and /copilot lead; the other Copilot hosts are reached through the proxy. */
export const COPILOT_HOST = 'api.githubcopilot.com';
