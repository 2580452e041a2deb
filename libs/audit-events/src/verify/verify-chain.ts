import type { ChainBreak, Link } from './chain-break.js';
import { TrailVerifier, type ChainSummary, type TrailVerifierOptions } from './trail-verifier.js';

export type ChainVerdict =
  | { ok: true; events: number; chains: ReadonlyMap<string, ChainSummary> }
  | { ok: false; events: number; broken: ChainBreak };

/** Reads events of any number of chains, interleaved, without what was signed of them, and names the first false record. */
export async function verifyChain(
  events: AsyncIterable<Link> | Iterable<Link>,
  options: Pick<TrailVerifierOptions, 'partialStart' | 'redeliveries'> = {},
): Promise<ChainVerdict> {
  const verifier = new TrailVerifier(options);
  for await (const event of events) {
    verifier.addEvent(event);
    if (verifier.settled) break;
  }
  const { broken, events: count, chains } = verifier.verdict();
  return broken ? { ok: false, events: count, broken } : { ok: true, events: count, chains };
}
