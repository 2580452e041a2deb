import type { SpanSink } from '@holdshort/secret-scan';

interface Entry {
  rule: string;
  precedence: number;
  start: number;
  end: number;
  /** Another rule says more about the same bytes, or it is the rest of an entry before: masked, not counted. */
  isSilent: boolean;
  isMasked: boolean;
}

/** A stretch of text to be masked. */
export interface Span {
  start: number;
  end: number;
}

type Rule = Parameters<SpanSink['match']>[0];

/** What was found and not yet released, and how often each rule has led to something being masked. */
export class SpanList implements SpanSink {
  private entries: Entry[] = [];
  private readonly counted = new Map<string, number>();
  private givenUp = false;

  match({ id, precedence }: Rule, start: number, end: number): void {
    const rivals = this.entries.filter((entry) => entry.start < end && start < entry.end && !entry.isSilent);
    const isSilent = rivals.some((entry) => entry.precedence >= precedence);
    if (!isSilent) for (const entry of rivals) entry.isSilent = true;
    this.entries.push({ rule: id, precedence, start, end, isSilent, isMasked: false });
  }

  extend(start: number, end: number): void {
    this.entries.push({ rule: '', precedence: 0, start, end, isSilent: true, isMasked: false });
  }

  giveUp(start: number): void {
    if (this.givenUp) return;
    this.givenUp = true;
    this.entries.push({ rule: 'unscanned', precedence: 9, start, end: Infinity, isSilent: false, isMasked: false });
  }

  /** Whether anything of the text [start, end) is to be masked. */
  touches(start: number, end: number): boolean {
    return this.entries.some((entry) => entry.start < end && start < entry.end);
  }

  /** The stretches within [start, end), in order, none touching another; they count as masked. */
  take(start: number, end: number): Span[] {
    const found = this.entries.filter((entry) => entry.start < end && start < entry.end);
    for (const entry of found) entry.isMasked = true;
    const spans: Span[] = [];
    for (const entry of found.sort((a, b) => a.start - b.start)) {
      const last = spans.at(-1);
      const from = Math.max(start, entry.start);
      const to = Math.min(end, entry.end);
      if (last && from <= last.end) last.end = Math.max(last.end, to);
      else spans.push({ start: from, end: to });
    }
    return spans;
  }

  /** Forgets what ends before `place`. */
  release(place: number): void {
    if (!this.entries.some(({ end }) => end <= place)) return;
    for (const entry of this.entries) if (entry.end <= place) this.count(entry);
    this.entries = this.entries.filter(({ end }) => end > place);
  }

  private count({ rule, isMasked, isSilent }: Entry): void {
    if (isMasked && !isSilent) this.counted.set(rule, (this.counted.get(rule) ?? 0) + 1);
  }

  end(): ReadonlyMap<string, number> {
    for (const entry of this.entries) this.count(entry);
    this.entries = [];
    return this.counted;
  }
}
