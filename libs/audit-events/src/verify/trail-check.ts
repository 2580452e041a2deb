import { OutcomeVerifier, type OutcomeVerdict } from '../verify-outcomes.js';
import type { ChainBreak } from './chain-break.js';
import { FalseEvidence, readEvidence, type EvidenceParts, type TrailEvidence } from './trail-evidence.js';
import { isEvidence, UnreadableInput, type EvidenceItem, type TrailItem } from './trail-item.js';
import { TrailVerifier, type TrailVerdict } from './trail-verifier.js';

export interface CheckOptions {
  /** Thumbprint of the one control plane key that is believed; undefined for whichever the input has. */
  root: string | undefined;
  /** Anchors from outside. */
  outside: readonly unknown[];
  /** The control plane is asked now, after `outside` was read. */
  isLive: boolean;
  /** The input begins within its chains. */
  partialStart: boolean;
  /** RFC 3339: what was signed later may still be on its way. */
  settled: string;
}

export interface CheckResult {
  verdict: 'good' | 'broken' | 'could_not_tell';
  /** Of the hash chains and all that was signed of them. */
  chains: 'whole' | 'broken';
  broken?: ChainBreak;
  /** Why it could not be told. */
  reasons: string[];
  events: number;
  number_of_chains: number;
  checkpoints: number;
  heads: number;
  anchors: number;
  /** Of them, the same outside. */
  anchors_compared: number;
  /** Thumbprint of the control plane's key. */
  root_key?: string;
  /** Chains of which nobody signed anything, though they are old enough. */
  unsigned_chains: number;
  /** The newest records of their chains, which no signature covers yet. */
  unsigned_records: number;
  /** Records that are signed, and not there yet. */
  awaited: number;
  /** Of nobody's interest where the trail is broken. */
  outcomes?: OutcomeVerdict;
}

const verdictOf = (
  broken: ChainBreak | undefined,
  reasons: readonly string[],
): Pick<CheckResult, 'verdict' | 'chains' | 'broken'> =>
  broken
    ? { verdict: 'broken', chains: 'broken', broken }
    : { verdict: reasons.length > 0 ? 'could_not_tell' : 'good', chains: 'whole' };

const countsOf = (
  evidence: TrailEvidence | undefined,
): Pick<CheckResult, 'heads' | 'anchors' | 'anchors_compared' | 'root_key'> =>
  evidence
    ? {
        heads: evidence.heads,
        anchors: evidence.anchors,
        anchors_compared: evidence.compared,
        root_key: evidence.keys.root,
      }
    : { heads: 0, anchors: 0, anchors_compared: 0 };

/** Everything that is asked of a trail, in one pass. Memory grows with chains, open calls and anchors, never with the records. */
export class TrailCheck {
  private readonly parts = { statements: [] as unknown[], heads: [] as unknown[], anchors: [] as unknown[] };
  private readonly outcomes = new OutcomeVerifier();
  private evidence: TrailEvidence | undefined;
  private noEvidence: string | undefined;
  private broken: ChainBreak | undefined;
  private verifier: TrailVerifier | undefined;
  private count = 0;

  constructor(private readonly options: CheckOptions) {}

  get events(): number {
    return this.count;
  }

  /** @returns false once more input can change nothing */
  add(item: TrailItem): boolean {
    if (isEvidence(item)) {
      this.addEvidence(item);
      return true;
    }
    const verifier = (this.verifier ??= this.begin());
    if (this.broken) return false;
    if ('event' in item) {
      this.count += 1;
      verifier.addEvent(item.event);
      this.outcomes.add(item.event);
    } else if ('checkpoint' in item) verifier.addCheckpoint(item.checkpoint);
    else this.broken = malformed(item.malformed, this.count);
    return !this.broken && !verifier.settled;
  }

  finish(): CheckResult {
    const verifier = (this.verifier ??= this.begin());
    const verdict = verifier.verdict();
    const broken = this.broken ?? verdict.broken;
    const { unsignedChains, unsignedRecords } = this.unsigned(verdict);
    const outcomes = this.outcomes.verdict();
    const reasons = broken ? [] : this.doubts(outcomes, unsignedChains);
    return {
      ...verdictOf(broken, reasons),
      reasons,
      ...{ events: this.count, number_of_chains: verdict.chains.size, checkpoints: verdict.checkpoints },
      ...countsOf(this.evidence),
      ...{ unsigned_chains: unsignedChains, unsigned_records: unsignedRecords, awaited: verdict.awaited },
      ...(broken ? {} : { outcomes }),
    };
  }

  private addEvidence(item: EvidenceItem): void {
    if (this.verifier) throw new UnreadableInput('keys, heads and anchors must stand before the records');
    if ('statement' in item) this.parts.statements.push(item.statement);
    else if ('head' in item) this.parts.heads.push(item.head);
    else this.parts.anchors.push(item.anchor);
  }

  private begin(): TrailVerifier {
    const { partialStart, settled, outside, isLive, root } = this.options;
    this.readEvidence({ ...this.parts, outside, isLive }, root);
    const rules = { partialStart, settled, redeliveries: true };
    const verifier = new TrailVerifier(this.evidence ? { ...rules, keys: this.evidence.keys } : rules);
    for (const claim of this.evidence?.claims ?? []) verifier.addClaim(claim);
    return verifier;
  }

  private readEvidence(parts: EvidenceParts, root: string | undefined): void {
    try {
      this.evidence = readEvidence(parts, root);
    } catch (error) {
      if (error instanceof FalseEvidence) this.broken = error.broken;
      else this.noEvidence = error instanceof Error ? error.message : String(error);
    }
  }

  private doubts(outcomes: OutcomeVerdict, unsignedChains: number): string[] {
    const chains = unsignedChains === 1 ? 'one chain' : `${unsignedChains} chains`;
    return [
      ...(this.noEvidence === undefined ? [] : [`no signature could be checked: ${this.noEvidence}`]),
      ...(this.count === 0 ? ['there is no record'] : []),
      ...(unsignedChains > 0 ? [`nobody has signed anything of ${chains}`] : []),
      ...(outcomes.ok ? [] : ['not every attempt has its outcome']),
    ];
  }

  /** A chain from before there were keys has none; one that goes on is signed within seconds. */
  private unsigned({ chains }: TrailVerdict): { unsignedChains: number; unsignedRecords: number } {
    const { keys } = this.evidence ?? {};
    let [unsignedChains, unsignedRecords] = [0, 0];
    for (const { vouched, last, last_time: time = '' } of chains.values()) {
      const begun = keys?.firstKeyOf('control-plane') ?? 0;
      if (vouched > 0) unsignedRecords += Math.max(0, last - vouched);
      else if (keys && time <= this.options.settled && Date.parse(time) >= begun) unsignedChains += 1;
    }
    return { unsignedChains, unsignedRecords };
  }
}

function malformed(
  { problem, chainId, seq, id }: { problem: string; chainId: string; seq: number; id?: string },
  index: number,
): ChainBreak {
  const name = `record ${seq} of chain ${JSON.stringify(chainId)}`;
  const message = `${name} was changed: it is no record any more (${problem})`;
  return { kind: 'edited', chain_id: chainId, seq, index, ...(id === undefined ? {} : { id }), message };
}
