import type { DraftOf, EventPhase } from '@holdshort/audit-events';

type CallDraft = DraftOf<'call.read' | 'call.write'>;

const facts = {
  target: { host: 'api.github.com' },
  request: { surface: 'rest', operation: 'x/y', class: 'read', intents: [], method: 'GET', path: '/' },
};

/** A read, or one half of a write; `text` makes it longer. */
export function callDraft(correlationId: string, phase: EventPhase = 'single', text = ''): CallDraft {
  const common = { ...facts, correlation_id: correlationId, ...(text === '' ? {} : { trace_id: text }) };
  if (phase === 'attempt') return { ...common, type: 'call.write', phase: 'attempt' };
  if (phase === 'outcome') return { ...common, type: 'call.write', phase, outcome: 'success' };
  return { ...common, type: 'call.read', phase, outcome: 'success' };
}
