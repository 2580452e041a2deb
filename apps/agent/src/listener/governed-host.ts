import { GITHUB_DOMAINS } from '@holdshort/github-operations';

/**
 * Whether calls to the host are read and decided here: GitHub's domains and GitHub Enterprise Servers, with everything
 * below them.
 */
export const isGoverned = (host: string, servers: readonly string[]): boolean =>
  [...GITHUB_DOMAINS, ...servers].some((domain) => host === domain || host.endsWith(`.${domain}`));

/** Host and port of a CONNECT or Host value; undefined for anything but one DNS name with an optional port. */
export function splitAuthority(authority: string): { host: string; port: number } | undefined {
  const match = /^([a-z0-9](?:[a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63})*)?)\.?(?::(\d{1,5}))?$/i.exec(authority);
  if (!match?.[1]) return undefined;
  return { host: match[1].toLowerCase(), port: Number(match[2] ?? 443) };
}

/** `*.example.org` matches any name below, `example.org` only itself. */
export const matchesHost = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1).toLowerCase()) : host === pattern.toLowerCase();
