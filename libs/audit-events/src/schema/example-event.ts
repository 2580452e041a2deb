import { eventHash } from '../canonical-json.js';
import { EVENT_CATALOGUE, type EventType } from '../event-catalogue.js';
import type { AuditEvent } from '../event.js';

/** The catalogue's example of a type as a whole event, as the first of its chain. The same at every call. */
export function exampleEvent(type: EventType): AuditEvent {
  const { code, emitter, phases, example } = EVENT_CATALOGUE[type];
  const event: Omit<AuditEvent, 'hash'> = {
    id: '019c1338-7a5c-7e11-9c4b-2f6b1d3a7e50',
    specversion: 1,
    type,
    phase: phases[0] ?? 'single',
    code,
    time: '2026-01-31T09:26:53.580Z',
    chain_id: '019c1338-7a00-7b52-8a1e-6d0f4c2b9a10',
    seq: 1,
    prev_hash: '0'.repeat(64),
    tenant: 'default',
    agent:
      emitter === 'agent'
        ? { id: 'agt_3kq0', host: 'devbox-17', version: '0.1.0' }
        : { id: 'control-plane', host: 'cp-1', version: '0.1.0' },
    correlation_id: 'a2f7c1d0-52b8-4b8e-9d5b-0b7f5a6e3c11',
    ...example,
  };
  return { ...event, hash: eventHash(event) };
}
