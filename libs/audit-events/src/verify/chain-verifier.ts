import { eventHash } from '../canonical-json.js';
import { CHAIN_START_HASH } from '../event-chain.js';
import { linkAt, linkOf } from '../signed/checkpoint.js';
import { describe, describeRange, type ChainBreak, type Link, type Placed } from './chain-break.js';
import type { RecentHashes } from './recent-hashes.js';
import { Jump, Twins, WrongLink, type Finding, type Suspicion } from './suspicion.js';

/** What a signature vouches for: this record of this chain has this hash. */
export interface Claim {
  /** Whose word it is, for messages. */
  by: 'checkpoint' | 'countersigned head' | 'anchor';
  chain_id: string;
  /** The emitter it speaks of; an anchor names none. */
  agent_id?: string;
  seq: number;
  hash: string;
  /** When it was given; RFC 3339. */
  time: string;
  /** Of a checkpoint: first record it covers, and the links of all. */
  from?: number;
  links?: string;
  final?: boolean;
}

export interface ChainRules {
  /** The chain may begin anywhere. */
  partialStart: boolean;
  /** A record that comes again unchanged is no second one. */
  redeliveries: boolean;
  /** A record that is known to be true, after which the input begins. */
  start?: { seq: number; hash: string };
}

/** Reads one chain and what was said of it, in whatever order they come. */
export class ChainVerifier {
  broken: ChainBreak | undefined;
  suspicion: Suspicion | undefined;
  first = 0;
  last: Placed | undefined;
  /** Highest record that a signature vouches for, so far. */
  vouched = 0;
  checkpoints = 0;
  /** Claims on records that were read too long ago to compare. */
  unchecked = 0;
  /** Highest record that an anchor vouches for. */
  private anchored = 0;
  private finalSeq = Number.POSITIVE_INFINITY;
  /** Claims on records that are still to come, by seq. */
  private readonly ahead: Claim[] = [];
  private finding: Finding | undefined;

  constructor(
    readonly id: string,
    private readonly rules: ChainRules,
    private readonly recent: RecentHashes,
  ) {}

  add(event: Link, index: number): void {
    const record = { event, index };
    if (this.finding) return;
    if (this.suspicion) this.note(this.suspicion.next(record));
    else this.check(record);
  }

  addClaim(claim: Claim, index: number): void {
    if (claim.by === 'checkpoint') this.checkpoints += 1;
    if (claim.final) this.finalSeq = Math.min(this.finalSeq, claim.seq);
    if (this.finding) this.nameBetter(this.finding, claim);
    else if (this.suspicion) this.keepForSuspicion(this.suspicion, claim);
    else if (claim.seq > this.lastSeq) this.wait(claim);
    else this.compareOld(claim, index);
  }

  /** The input is at its end. @param settled claims given after this time may be ahead of their records, RFC 3339 */
  end(settled: string | undefined): void {
    if (this.finding) this.broken ??= this.finding.broken;
    else if (this.suspicion) this.broken ??= this.suspicion.end().broken;
    if (this.broken) return;
    if (this.rules.partialStart && !this.last) {
      this.unchecked += this.ahead.splice(0).length;
      return;
    }
    const owed = this.ahead.filter(({ time }) => settled === undefined || time <= settled).at(-1);
    if (owed) this.broken = this.cutTail(owed);
  }

  /** Something is wrong with the chain, though it is not yet known what. */
  get isDoubtful(): boolean {
    return this.suspicion !== undefined || this.finding !== undefined;
  }

  /** Records that signatures vouch for and that have not come. */
  get awaited(): number {
    return Math.max(0, (this.ahead.at(-1)?.seq ?? 0) - this.lastSeq);
  }

  private get lastSeq(): number {
    return this.last?.event.seq ?? this.rules.start?.seq ?? 0;
  }

  private get head(): string | undefined {
    return this.last?.event.hash ?? this.rules.start?.hash;
  }

  private check(record: Placed): void {
    const { event } = record;
    if (eventHash(event) !== event.hash) {
      this.broken = describe('edited', record, 'was changed: its content does not give its hash');
      return;
    }
    const isPartial = this.rules.partialStart && this.head === undefined;
    const expected = isPartial ? event.seq : this.lastSeq + 1;
    if (event.seq > expected) this.suspicion = new Jump(record, expected, this.head, this.rules.redeliveries);
    else if (event.seq < expected) this.checkRepeated(record);
    else if (!isPartial || event.seq === 1) this.checkLink(record);
    else this.accept(record);
  }

  private checkLink(record: Placed): void {
    const { event } = record;
    if (event.seq > this.finalSeq)
      this.broken = describe(
        'inserted',
        record,
        `comes after record ${this.finalSeq}, with which its emitter ended the chain`,
      );
    else if (event.prev_hash !== (this.head ?? CHAIN_START_HASH)) this.suspicion = new WrongLink(record, this.last);
    else this.accept(record);
  }

  private accept(record: Placed): void {
    const { event } = record;
    this.last = record;
    if (this.first === 0) this.first = event.seq;
    this.recent.remember(this.id, event.seq, event.hash);
    this.compareAhead(record);
  }

  private compareAhead(record: Placed): void {
    const { seq, hash } = record.event;
    for (let claim = this.ahead[0]; claim && !this.broken; claim = this.ahead[0]) {
      if (claim.seq > seq) {
        const link = claim.from === undefined ? undefined : linkAt({ ...claim, from: claim.from }, seq);
        if (link !== undefined && link !== linkOf(hash)) this.broken = this.rewritten(claim, seq, record.index);
        return;
      }
      this.ahead.shift();
      if (claim.seq < seq) this.unchecked += 1;
      else this.compare(claim, hash, record.index);
    }
  }

  private compareOld(claim: Claim, index: number): void {
    const known = claim.seq === this.rules.start?.seq ? this.rules.start.hash : this.recent.of(this.id, claim.seq);
    if (known === undefined) this.unchecked += 1;
    else this.compare(claim, known, index);
  }

  private compare(claim: Claim, hash: string, index: number): void {
    const agentId = this.last?.event.agent.id;
    if (claim.agent_id !== undefined && agentId !== undefined && claim.agent_id !== agentId)
      this.broken = this.foreign(claim, agentId, index);
    else if (claim.hash !== hash) this.noteRewritten(claim, index);
    else if (claim.final && this.lastSeq > claim.seq) this.broken = this.afterEnd(claim, index);
    else this.vouchFor(claim);
  }

  private vouchFor({ by, seq }: Claim): void {
    this.vouched = Math.max(this.vouched, seq);
    if (by === 'anchor') this.anchored = Math.max(this.anchored, seq);
  }

  /** A claim without links says only that something before it was rewritten; a checkpoint may come that names it. */
  private noteRewritten(claim: Claim, index: number): void {
    const named = this.firstFalse(claim);
    const broken = this.rewritten(claim, named, index);
    if (named === undefined) this.finding = { broken, upTo: claim.seq };
    else this.broken = broken;
  }

  private foreign(claim: Claim, agentId: string, index: number): ChainBreak {
    const place = { chainId: this.id, from: claim.seq, through: claim.seq, index };
    const one = `has a ${claim.by} of ${claim.agent_id ?? ''}, but its chain is one of ${agentId}`;
    return describeRange('wrong_key', place, { one, several: one });
  }

  /** The first record whose hash is not the one that the checkpoint has for it; undefined where it does not tell. */
  private firstFalse(claim: Claim): number | undefined {
    const { from, seq } = claim;
    if (from === undefined) return undefined;
    for (let record = from; record <= seq; record += 1) {
      const hash = this.recent.of(this.id, record);
      const link = linkAt({ ...claim, from }, record);
      if (hash !== undefined && link !== undefined && link !== linkOf(hash)) return record;
    }
    return undefined;
  }

  private rewritten(claim: Claim, named: number | undefined, index: number): ChainBreak {
    // where an anchor disagrees, the checkpoints before it may have been signed anew: only an anchor clears a record
    const cleared = claim.by === 'anchor' ? this.anchored : this.vouched;
    const from = named ?? Math.max(cleared + 1, this.first);
    const through = named ?? claim.seq;
    const but = `rewritten: the ${claim.by} of record ${claim.seq} vouches for another`;
    return describeRange(
      'rewritten',
      { chainId: this.id, from, through, index },
      { one: `was ${but}`, several: `are where something was ${but}` },
    );
  }

  private afterEnd(claim: Claim, index: number): ChainBreak {
    const reason = `after record ${claim.seq}, with which its emitter ended the chain`;
    const place = { chainId: this.id, from: claim.seq + 1, through: this.lastSeq, index };
    return describeRange('inserted', place, { one: `comes ${reason}`, several: `come ${reason}` });
  }

  private cutTail(claim: Claim): ChainBreak {
    const place = { chainId: this.id, from: this.lastSeq + 1, through: claim.seq, index: this.last?.index ?? 0 };
    const but = `missing at the end: the ${claim.by} of record ${claim.seq} vouches for more than is there`;
    return describeRange('cut_tail', place, { one: `is ${but}`, several: `are ${but}` });
  }

  private checkRepeated(record: Placed): void {
    const { event } = record;
    const known = this.recent.of(this.id, event.seq);
    if (known === event.hash) {
      if (!this.rules.redeliveries) this.broken = describe('inserted', record, 'stands a second time');
      return;
    }
    const { last } = this;
    if (last?.event.seq === event.seq && event.prev_hash === last.event.prev_hash) {
      const vouched = this.vouched === event.seq ? last.event.hash : undefined;
      this.suspicion = new Twins(last, record, vouched);
    } else this.broken = describe('inserted', record, 'is not of its emitter: another record has its place');
  }

  private note(finding: Finding | undefined): void {
    if (!finding) return;
    this.finding = finding;
    // Where signatures may name the first of several rewritten records, they are waited for.
    if (finding.upTo === undefined) this.broken = finding.broken;
    else for (const claim of this.ahead) this.nameBetter(finding, claim);
  }

  private keepForSuspicion(suspicion: Suspicion, claim: Claim): void {
    suspicion.vouch?.(claim.seq, claim.hash);
    this.wait(claim);
  }

  /** A checkpoint over the rewritten records: the first one that it does not know is the one to name. */
  private nameBetter({ broken, upTo }: Finding, claim: Claim): void {
    if (this.broken || upTo === undefined) return;
    if (claim.from === undefined || claim.seq < upTo || claim.from > upTo) return;
    const first = this.firstFalse(claim);
    this.broken =
      first === undefined || first > upTo
        ? broken
        : describeRange(
            'rewritten',
            { chainId: this.id, from: first, through: first, index: broken.index },
            { one: 'was rewritten: its checkpoint vouches for another', several: '' },
          );
  }

  private wait(claim: Claim): void {
    const place = this.ahead.findLastIndex(({ seq }) => seq <= claim.seq);
    this.ahead.splice(place + 1, 0, claim);
  }
}
