import { randomUUID } from 'node:crypto';
import type { DraftOf } from '@holdshort/audit-events';

/** A connection that is let through unread; `address` is what the name resolved to. */
export const tunnelDraft = (host: string, address: string): DraftOf<'tunnel.opened'> => ({
  type: 'tunnel.opened',
  phase: 'single',
  correlation_id: randomUUID(),
  target: { host },
  outcome: 'success',
  detail: { address },
});
