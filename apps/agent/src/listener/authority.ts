/** Host and port of a CONNECT or Host value; undefined for anything but one DNS name with an optional port. */
export function splitAuthority(authority: string): { host: string; port: number } | undefined {
  const match = /^([a-z0-9](?:[a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63})*)?)\.?(?::(\d{1,5}))?$/i.exec(authority);
  if (!match?.[1]) return undefined;
  return { host: match[1].toLowerCase(), port: Number(match[2] ?? 443) };
}

/** `*.example.org` matches any name below, `example.org` only itself. */
export const matchesHost = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1).toLowerCase()) : host === pattern.toLowerCase();
