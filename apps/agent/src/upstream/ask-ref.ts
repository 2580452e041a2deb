import type { AgentContext } from '../exchange/agent-context.js';
import { apiAt } from '../exchange/enterprise-server.js';
import { fetchUpstream } from './fetch-upstream.js';

/** A name with slashes as part of an address of the API. */
export const inPath = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

/** @param ref its full name @returns the address under which the API tells where it stands */
export const refAddress = (owner: string, repo: string, ref: string): string =>
  `/repos/${owner}/${repo}/git/ref/${inPath(ref.replace(/^refs\//, ''))}`;

interface RefQuestion {
  /** Undefined for github.com. */
  server: string | undefined;
  path: string;
  token: string;
  signal: AbortSignal;
}

/** Where a ref stands at GitHub: the answer's status, and with 200 the id. @throws HoldshortError `upstream_unreachable` */
export async function askRef(
  agent: AgentContext,
  { server, path, token, signal }: RefQuestion,
): Promise<{ status: number; id: string | undefined }> {
  const { status, body } = await fetchUpstream(agent, { ...apiAt(server, path), token, signal });
  const { object } = JSON.parse(status === 200 ? body : '{}') as { object?: { sha?: string } };
  return { status, id: object?.sha };
}
