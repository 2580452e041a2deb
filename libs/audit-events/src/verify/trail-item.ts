import type { AuditEvent } from '../event.js';
import { readEvent } from '../parse-event.js';
import { readCheckpoint, type Checkpoint } from '../signed/checkpoint.js';

/** What the control plane says of a trail; not believed before its signature was checked. */
export type EvidenceItem = { statement: unknown } | { head: unknown } | { anchor: unknown };

/** One line of an export, one record of a topic, a spool or the store. */
export type TrailItem =
  | EvidenceItem
  | { event: AuditEvent }
  | { checkpoint: Checkpoint }
  /** Valid JSON that is no record any more, with as much as it still says of itself. */
  | { malformed: { problem: string; chainId: string; seq: number; id?: string } };

/** The input cannot be read to its end: what it would have said is not known. */
export class UnreadableInput extends Error {}

type Fields = Record<string, unknown>;

/** Tells by its members what a value is: `typ` of what is signed, `anchor` of an anchor; all else is an event. */
export function trailItem(value: unknown): TrailItem {
  const fields = typeof value === 'object' && value !== null ? (value as Fields) : {};
  if (fields['typ'] === 'key' || fields['typ'] === 'key_end') return { statement: value };
  if (fields['typ'] === 'head') return { head: value };
  if (fields['anchor'] !== undefined && fields['leaves'] !== undefined) return { anchor: value };
  const read = fields['typ'] === 'checkpoint' ? readCheckpoint(value) : readEvent(value);
  return 'problem' in read ? { malformed: whatIsLeft(read.problem, fields) } : read;
}

function whatIsLeft(problem: string, { chain_id: chainId, seq, id }: Fields) {
  return {
    problem,
    chainId: typeof chainId === 'string' ? chainId : '',
    seq: Number.isSafeInteger(seq) ? Number(seq) : 0,
    ...(typeof id === 'string' ? { id } : {}),
  };
}

/** @param place for the message, e.g. "line 3" @throws UnreadableInput for what is not JSON */
export function trailItemOf(text: string, place: string): TrailItem {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UnreadableInput(`${place} is not JSON`, { cause });
  }
  return trailItem(value);
}

export const isEvidence = (item: TrailItem): item is EvidenceItem =>
  'statement' in item || 'head' in item || 'anchor' in item;
