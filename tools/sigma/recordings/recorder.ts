import { createHash } from 'node:crypto';
import {
  canonicalJson,
  eventHash,
  CHAIN_START_HASH,
  EVENT_CATALOGUE,
  EVENT_TYPES,
  exampleEvent,
  type AuditEvent,
  type EventFields,
  type EventDetail,
  type EventPhase,
  type EventType,
} from '@holdshort/audit-events';

/** One event of a recording. */
export interface Step {
  /** From the start of the recording. */
  minute: number;
  type: EventType;
  /** What differs from the example of the catalogue; undefined takes a field away. */
  but?: Changes;
  /** Agent that says it, where it is said by an agent. */
  agent?: string;
  /** Another boot of the emitter is another chain. */
  boot?: number;
}

export type Changes = Partial<EventFields> & { phase?: EventPhase; detail?: EventDetail; correlation_id?: string };

const hex = (value: number, length: number): string => value.toString(16).padStart(length, '0');

interface Chain {
  id: string;
  seq: number;
  head: string;
}

/**
 * Events as their emitters would seal them, each in a whole chain; always the same text for the same steps, so that
 * recordings in the repository are compared with what they are made from.
 * @param name of the recording: no two share an id
 * @param start RFC 3339
 */
export function record(name: string, start: string, steps: readonly Step[]): string {
  const salt = createHash('sha256').update(name).digest('hex').slice(0, 4);
  const chains = new Map<string, Chain>();
  const began = Date.parse(start);
  const lines = [...steps]
    .sort((a, b) => a.minute - b.minute)
    .map((step, n) => {
      const time = began + Math.round(step.minute * 60_000) + n;
      const event = unsealed(step, { time, n, salt });
      const chain = chainOf(event, chains);
      const linked = { ...event, seq: chain.seq + 1, prev_hash: chain.head };
      const hash = eventHash(linked);
      Object.assign(chain, { seq: chain.seq + 1, head: hash });
      return canonicalJson({ ...linked, hash });
    });
  return `${lines.join('\n')}\n`;
}

const chainOf = ({ chain_id: id }: Pick<AuditEvent, 'chain_id'>, chains: Map<string, Chain>): Chain => {
  const chain = chains.get(id) ?? { id, seq: 0, head: CHAIN_START_HASH };
  chains.set(id, chain);
  return chain;
};

function unsealed(
  { type, but = {}, agent, boot = 0 }: Step,
  { time, n, salt }: { time: number; n: number; salt: string },
): Omit<AuditEvent, 'hash' | 'seq' | 'prev_hash'> {
  const example = exampleEvent(type);
  const emitter = agent === undefined ? example.agent : { ...exampleEvent('call.read').agent, id: agent };
  return {
    ...EVENT_CATALOGUE[type].example,
    phase: example.phase,
    correlation_id: `0b5e1c7a-52b8-4b8e-9d5b-${hex(n, 12)}`,
    ...but,
    id: `${uuidTime(time)}-7${hex(n, 3)}-8000-${salt}${hex(n, 8)}`,
    specversion: 1,
    type,
    code: EVENT_TYPES[type],
    time: new Date(time).toISOString(),
    chain_id: `${emitter.id}-${salt}-${boot}`,
    tenant: example.tenant,
    agent: emitter,
  };
}

/** The first half of a UUIDv7. */
const uuidTime = (time: number): string => hex(time, 12).replace(/^(.{8})(.{4})$/, '$1-$2');
