import type { Agent } from '@holdshort/api-client';

/** An agent that watches says so more often than this. */
const SILENT_MS = 5 * 60_000;

export function agentState(agent: Agent, now: Date): 'revoked' | 'expired' | 'silent' | 'live' {
  if (agent.revoked_at !== null) return 'revoked';
  if (new Date(agent.certificate_expires) <= now) return 'expired';
  const seen = agent.last_seen === null ? 0 : new Date(agent.last_seen).getTime();
  return now.getTime() - seen > SILENT_MS ? 'silent' : 'live';
}
