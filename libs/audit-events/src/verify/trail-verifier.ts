import type { Checkpoint } from '../signed/checkpoint.js';
import type { AuditKeys } from '../signed/audit-keys.js';
import { describeRange, type ChainBreak, type Link } from './chain-break.js';
import { ChainVerifier, type ChainRules, type Claim } from './chain-verifier.js';
import { RecentHashes } from './recent-hashes.js';

export interface TrailVerifierOptions {
  /** With which signatures are checked; without, checkpoints are only counted, and the verdict is incomplete. */
  keys?: AuditKeys;
  /** The input starts within its chains (a search result, a spool, partitions left after retention). */
  partialStart?: boolean;
  /** At-least-once input (Kafka): a record that was seen already, unchanged, is skipped. */
  redeliveries?: boolean;
  /** Records known to be true, by chain, after which the input begins. */
  starts?: ReadonlyMap<string, { seq: number; hash: string }>;
  /** What was signed after this may be ahead of its records, which are still under way; RFC 3339. */
  settled?: string;
}

export interface ChainSummary {
  first: number;
  last: number;
  /** Hash of the last record. */
  head: string;
  agent_id: string;
  /** Records that signatures vouch for: all up to this one. 0 where none does. */
  vouched: number;
  checkpoints: number;
  /** Time of the last record, RFC 3339. */
  last_time: string | undefined;
}

export interface TrailVerdict {
  ok: boolean;
  broken?: ChainBreak;
  events: number;
  checkpoints: number;
  /** Signatures that could not be compared: no keys, or records read too long before. */
  unchecked: number;
  /** Records that signatures vouch for and that have not come yet. */
  awaited: number;
  chains: ReadonlyMap<string, ChainSummary>;
}

/** Some minutes of a busy installation: checkpoints come within 10 s of their records. About 20 MB. */
const RECENT = 100_000;

/**
 * Reads a trail (events and what was signed of them, chains interleaved) and names the first record that is not as it was
 * written. Memory grows with the number of chains, never with the records.
 */
export class TrailVerifier {
  private readonly chains = new Map<string, ChainVerifier>();
  private readonly recent = new RecentHashes(RECENT);
  private events = 0;
  private checkpoints = 0;
  private unchecked = 0;
  private broken: ChainBreak | undefined;
  /** The chain that the first doubt fell on: what lies behind is of no interest until it is settled. */
  private doubtful: ChainVerifier | undefined;

  constructor(private readonly options: TrailVerifierOptions = {}) {}

  /** Whether more input can change nothing. */
  get settled(): boolean {
    return this.broken !== undefined;
  }

  addEvent(event: Link): void {
    const index = this.events;
    this.events += 1;
    if (this.broken) return;
    if (this.doubtful && this.doubtful.id !== event.chain_id) return;
    const chain = this.chain(event.chain_id);
    chain.add(event, index);
    this.look(chain);
  }

  addCheckpoint(checkpoint: Checkpoint): void {
    this.checkpoints += 1;
    const { keys } = this.options;
    const { chain_id, seq, hash, from, links, final, time, agent_id: agentId } = checkpoint;
    if (this.broken || (this.doubtful && this.doubtful.id !== chain_id)) return;
    if (!keys) {
      this.unchecked += 1;
      return;
    }
    const objection = keys.objection(checkpoint, agentId, time);
    if (objection !== undefined) {
      if (!this.doubtful) this.broken = wrongKey(checkpoint, objection, this.events);
      return;
    }
    const claim = { by: 'checkpoint' as const, chain_id, agent_id: agentId, seq, hash, from, final, time };
    this.addClaim(links === undefined ? claim : { ...claim, links });
  }

  /** The caller has checked who gave it. */
  addClaim(claim: Claim): void {
    if (this.broken || (this.doubtful && this.doubtful.id !== claim.chain_id)) return;
    const chain = this.chain(claim.chain_id);
    chain.addClaim(claim, this.events);
    this.look(chain);
  }

  /** @returns what was found; nothing may be added afterwards */
  verdict(): TrailVerdict {
    const all = this.broken ? [] : this.doubtful ? [this.doubtful] : [...this.chains.values()];
    for (const chain of all) chain.end(this.options.settled);
    const found = all.flatMap(({ broken }) => (broken ? [broken] : [])).sort((a, b) => a.index - b.index);
    const broken = this.broken ?? found[0];
    const chains = [...this.chains.values()];
    return {
      ok: broken === undefined,
      ...(broken ? { broken } : {}),
      events: this.events,
      checkpoints: this.checkpoints,
      unchecked: this.unchecked + chains.reduce((sum, { unchecked }) => sum + unchecked, 0),
      awaited: chains.reduce((sum, { awaited }) => sum + awaited, 0),
      chains: new Map(chains.flatMap((chain) => summary(chain))),
    };
  }

  private look(chain: ChainVerifier): void {
    this.broken ??= chain.broken;
    if (!this.broken && chain.isDoubtful) this.doubtful ??= chain;
  }

  private chain(id: string): ChainVerifier {
    const found = this.chains.get(id);
    if (found) return found;
    const { partialStart = false, redeliveries = false, starts } = this.options;
    const start = starts?.get(id);
    const rules: ChainRules = { partialStart, redeliveries, ...(start ? { start } : {}) };
    const made = new ChainVerifier(id, rules, this.recent);
    this.chains.set(id, made);
    return made;
  }
}

function summary(chain: ChainVerifier): [string, ChainSummary][] {
  const { last, first, vouched, checkpoints } = chain;
  if (!last) return [];
  const { seq, hash, agent, time } = last.event;
  return [[chain.id, { first, last: seq, head: hash, agent_id: agent.id, vouched, checkpoints, last_time: time }]];
}

const wrongKey = ({ chain_id: chainId, seq }: Checkpoint, objection: string, index: number): ChainBreak =>
  describeRange(
    'wrong_key',
    { chainId, from: seq, through: seq, index },
    { one: `has a checkpoint that does not count: ${objection}`, several: '' },
  );
