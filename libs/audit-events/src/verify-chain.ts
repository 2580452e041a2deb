import type { AuditEvent } from './event.js';
import { eventHash } from './canonical-json.js';
import { CHAIN_START_HASH } from './event-chain.js';

/**
 * - `edited`: the content does not give the hash it carries
 * - `gap`: records are missing between two, or at the start
 * - `wrong_order`: the record is whole, but stands after a later one
 * - `duplicate_seq`: a second record claims a place that is taken
 * - `broken_link`: `prev_hash` is not the hash of the record before
 */
export type BreakKind = 'edited' | 'gap' | 'wrong_order' | 'duplicate_seq' | 'broken_link';

export interface ChainBreak {
  kind: BreakKind;
  chain_id: string;
  seq: number;
  id: string;
  /** Place in the input, from 0, over all chains. */
  index: number;
  message: string;
}

export interface ChainSummary {
  first: number;
  last: number;
  /** Hash of the last record: what a checkpoint or the store must agree with. */
  head: string;
  agent_id: string;
}

export interface VerifyChainOptions {
  /** The input starts within a chain (a search result, a partition left after retention). */
  partialStart?: boolean;
  /** At-least-once input (Kafka): a record that was seen already, unchanged, is skipped. */
  redeliveries?: boolean;
}

export type ChainVerdict =
  | { ok: true; events: number; chains: ReadonlyMap<string, ChainSummary> }
  | { ok: false; events: number; broken: ChainBreak };

type Link = Pick<AuditEvent, 'id' | 'chain_id' | 'seq' | 'prev_hash' | 'hash' | 'agent'>;

/** A chain that jumped: whether by a gap or by disorder shows only once the missing record turns up, or never does. */
interface Suspicion {
  missing: number;
  broken: ChainBreak;
}

/**
 * Reads events of any number of chains, interleaved, and names the first record that breaks its
 * chain. Memory grows with the number of chains (and, with `redeliveries`, a window per chain), never with the events.
 */
export async function verifyChain(
  events: AsyncIterable<Link> | Iterable<Link>,
  options: VerifyChainOptions = {},
): Promise<ChainVerdict> {
  const verifier = new ChainVerifier(options);
  for await (const event of events) {
    verifier.add(event);
    if (verifier.settled) break;
  }
  return verifier.verdict();
}

/** An emitter sends again at most what its cursor had not yet passed: some batches of 256. */
const REDELIVERY_WINDOW = 10_000;

class ChainVerifier {
  private count = 0;
  private broken: ChainBreak | undefined;
  private suspicion: Suspicion | undefined;
  private readonly chains = new Map<string, ChainSummary>();
  private readonly recent = new Map<string, string>();

  constructor(private readonly options: VerifyChainOptions) {}

  get settled(): boolean {
    return this.broken !== undefined;
  }

  add(event: Link): void {
    const index = this.count;
    this.count += 1;
    if (this.suspicion) this.resolveSuspicion(this.suspicion, event);
    else this.check(event, index);
  }

  verdict(): ChainVerdict {
    const broken = this.broken ?? this.suspicion?.broken;
    return broken ? { ok: false, events: this.count, broken } : { ok: true, events: this.count, chains: this.chains };
  }

  private check(event: Link, index: number): void {
    if (eventHash(event) !== event.hash) {
      this.broken = describe('edited', event, index, 'its content does not give its hash');
      return;
    }
    const chain = this.chains.get(event.chain_id);
    const expected = chain ? chain.last + 1 : this.options.partialStart ? event.seq : 1;
    if (event.seq > expected) this.suspect(event, index, expected);
    else if (event.seq < expected) this.checkRepeated(event, index);
    else this.checkLink(event, index, chain);
  }

  private checkLink(event: Link, index: number, chain: ChainSummary | undefined): void {
    const unknownStart = !chain && event.seq !== 1;
    if (!unknownStart && event.prev_hash !== (chain?.head ?? CHAIN_START_HASH)) {
      this.broken = describe('broken_link', event, index, 'its prev_hash is not the hash of the record before');
      return;
    }
    const first = chain?.first ?? event.seq;
    this.chains.set(event.chain_id, { first, last: event.seq, head: event.hash, agent_id: event.agent.id });
    if (this.options.redeliveries) this.remember(event);
  }

  private remember(event: Link): void {
    this.recent.set(`${event.chain_id} ${event.seq}`, event.hash);
    this.recent.delete(`${event.chain_id} ${event.seq - REDELIVERY_WINDOW}`);
  }

  private suspect(event: Link, index: number, missing: number): void {
    const through = event.seq - 1;
    const range = missing === through ? `record ${missing} is` : `records ${missing} to ${through} are`;
    this.suspicion = { missing, broken: describe('gap', event, index, `${range} missing before it`) };
  }

  private resolveSuspicion(suspicion: Suspicion, event: Link): void {
    const { broken, missing } = suspicion;
    if (event.chain_id !== broken.chain_id || event.seq !== missing) return;
    const message = `${place(broken.chain_id, broken.seq)} stands before record ${missing}`;
    this.broken = { ...broken, kind: 'wrong_order', message };
  }

  private checkRepeated(event: Link, index: number): void {
    if (this.recent.get(`${event.chain_id} ${event.seq}`) === event.hash) return;
    this.broken = describe('duplicate_seq', event, index, 'its place in the chain is taken');
  }
}

const place = (chainId: string, seq: number): string => `record ${seq} of chain ${chainId}`;

const describe = (kind: BreakKind, event: Link, index: number, reason: string): ChainBreak => ({
  kind,
  chain_id: event.chain_id,
  seq: event.seq,
  id: event.id,
  index,
  message: `${place(event.chain_id, event.seq)}: ${reason}`,
});
