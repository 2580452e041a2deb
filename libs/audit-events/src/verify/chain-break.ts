import type { AuditEvent } from '../event.js';

/**
 * - `edited`: the content does not give the hash that the record carries
 * - `rewritten`: content and hashes were made anew, but a signature vouches for another record
 * - `deleted`: records are gone from between two that are there
 * - `swapped`: the record is whole, but stands before one that comes first
 * - `inserted`: the record is none of its emitter's, stands twice, or comes after the end of its chain
 * - `cut_tail`: a signature vouches for records after the last one that is there
 * - `wrong_key`: a checkpoint is not signed by a key of its emitter that counted at its time
 * - `gap`: the chain does not begin where it should, or numbers were skipped without a record being gone
 * - `broken_link`: `prev_hash` is not the hash of the record before, and nothing tells which of the two is false
 */
export type BreakKind =
  'edited' | 'rewritten' | 'deleted' | 'swapped' | 'inserted' | 'cut_tail' | 'wrong_key' | 'gap' | 'broken_link';

export interface ChainBreak {
  kind: BreakKind;
  chain_id: string;
  /** The record that is false or missing; where several may be, the first of them. */
  seq: number;
  /** The last of several. */
  through?: number;
  /** Of the record; absent where it is missing or only its number is known. */
  id?: string;
  /** Place in the input, from 0, over all chains, where it showed. */
  index: number;
  message: string;
}

/** What a verifier reads of an event; the hash is over all of it. */
export type Link = Pick<AuditEvent, 'id' | 'chain_id' | 'seq' | 'prev_hash' | 'hash' | 'agent'> & { time?: string };

/** A record of a chain where it stands in the input. */
export interface Placed {
  event: Link;
  index: number;
}

export const describe = (kind: BreakKind, { event, index }: Placed, reason: string): ChainBreak => ({
  kind,
  chain_id: event.chain_id,
  seq: event.seq,
  id: event.id,
  index,
  message: `record ${event.seq} of chain ${event.chain_id} ${reason}`,
});

/** Of records that are not there to be named by their ids. */
export function describeRange(
  kind: BreakKind,
  place: { chainId: string; from: number; through: number; index: number },
  reason: { one: string; several: string },
): ChainBreak {
  const { chainId, from, through, index } = place;
  const range = from === through ? `record ${from}` : `records ${from} to ${through}`;
  return {
    kind,
    chain_id: chainId,
    seq: from,
    ...(through > from ? { through } : {}),
    index,
    message: `${range} of chain ${chainId} ${from === through ? reason.one : reason.several}`,
  };
}
