import { isGoverned } from '@holdshort/github-operations';

export interface GovernedTarget {
  host: string;
  /** Without leading slash. */
  path: string;
  scheme: string;
  /** Whether a client with the settings of a session comes by the agent. */
  throughAgent: boolean;
  /** The address without what stands before the host: it may be a secret. */
  shown: string;
}

/** [user@]host:path, as scp has it; a colon after a slash is a path. */
const SCP = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.*)$/;

interface Parts {
  scheme: string;
  host: string;
  path: string;
}

function parse(url: string): Parts | undefined {
  const scp = url.includes('://') ? null : SCP.exec(url);
  if (scp) return { scheme: 'ssh', host: (scp[1] ?? '').toLowerCase(), path: scp[2] ?? '' };
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, pathname } = new URL(url);
  return { scheme: protocol.replace(/:$/, ''), host: hostname.toLowerCase(), path: pathname.slice(1) };
}

/** ssh.github.com serves ssh on port 443 for github.com (GitHub, "Using SSH over the HTTPS port"). */
const webHost = (host: string): string => (host === 'ssh.github.com' ? 'github.com' : host);

/** What git would reach by this address; undefined where it is not a governed host's. */
export function governedTarget(url: string, servers: readonly string[]): GovernedTarget | undefined {
  const parts = parse(url.trim());
  if (!parts) return undefined;
  const { scheme, host, path } = parts;
  if (!isGoverned(host, servers)) return undefined;
  return { scheme, host: webHost(host), path, throughAgent: scheme === 'https', shown: `${scheme}://${host}/${path}` };
}
