import type { Finding } from '../finding.js';
import { BYTES_BEFORE, type Rule } from '../rule.js';

/** Findings told of one content, of either severity: more say nothing new, and the list travels in events. */
export const FINDINGS_MOST = 100;

/** A match by its place in the whole content. */
export interface Candidate {
  rule: Rule;
  start: number;
  end: number;
  severity: Finding['severity'];
  allowed: boolean;
  finding: Finding;
}

type Place = Pick<Candidate, 'rule' | 'start' | 'end' | 'severity'>;

const overlap = (a: Place, b: Place): boolean => a.start < b.end && b.start < a.end;

/**
 * Collects matches in the order of their keywords. Where two overlap, the more telling rule stays. Warnings beyond the cap are
 * left out while the scan goes on for what blocks, so that a flood of warnings hides nothing.
 */
export class FindingList {
  private open: Candidate[] = [];
  private readonly closed: Finding[] = [];
  private readonly counts = { block: 0, warn: 0 };
  private readonly cut = new Set<Finding['severity']>();

  /** Whether a match at this place would be kept; makes room for it where it beats what is there. */
  admits(place: Place, keywordStart: number): boolean {
    this.close(keywordStart - BYTES_BEFORE);
    if (place.severity === 'warn' && this.cut.has('warn')) return false;
    const rivals = this.open.filter((each) => overlap(each, place));
    if (rivals.some(({ rule }) => rule.precedence >= place.rule.precedence)) return false;
    if (rivals.length > 0) this.open = this.open.filter((each) => !rivals.includes(each));
    return true;
  }

  add(candidate: Candidate): void {
    this.open.push(candidate);
  }

  get full(): boolean {
    return this.cut.has('block');
  }

  end(): { findings: Finding[]; cut: ReadonlySet<Finding['severity']> } {
    this.close(Infinity);
    return { findings: this.closed, cut: this.cut };
  }

  /** No later match can reach before this place. */
  private close(place: number): void {
    if (!this.open.some(({ end }) => end <= place)) return;
    const done = this.open.filter(({ end }) => end <= place).sort((a, b) => a.start - b.start);
    this.open = this.open.filter(({ end }) => end > place);
    for (const { allowed, severity, finding } of done) {
      if (allowed) continue;
      if (this.counts[severity] === FINDINGS_MOST) this.cut.add(severity);
      else {
        this.counts[severity]++;
        this.closed.push(finding);
      }
    }
  }
}
