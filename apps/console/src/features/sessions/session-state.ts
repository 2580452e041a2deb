import type { Session } from '@holdshort/api-client';

/** One word for where a session is in its life. */
export function sessionState(
  { ended_at: ended, expires_at: expires }: Session,
  now: Date,
): 'live' | 'ended' | 'expired' {
  if (ended !== null) return 'ended';
  return new Date(expires) > now ? 'live' : 'expired';
}
