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

/** Bytes of text per drawer: what is near a place is found without looking at all that is open. */
const DRAWER = 1024;
const drawerOf = (place: number): number => Math.floor(place / DRAWER);

/** What was found and not yet released, and how often each rule has led to something being masked. */
export class SpanList implements SpanSink {
  private readonly drawers = new Map<number, Entry[]>();
  private readonly counted = new Map<string, number>();
  /** From here on all is masked, for it was not read. */
  private unread = Infinity;
  private unreadMasked = false;

  match({ id, precedence }: Rule, start: number, end: number): void {
    const rivals = this.near(start, end).filter((entry) => !entry.isSilent);
    const isSilent = rivals.some((entry) => entry.precedence >= precedence);
    if (!isSilent) for (const entry of rivals) entry.isSilent = true;
    this.add({ rule: id, precedence, start, end, isSilent, isMasked: false });
  }

  extend(start: number, end: number): void {
    this.add({ rule: '', precedence: 0, start, end, isSilent: true, isMasked: false });
  }

  giveUp(start: number): void {
    this.unread = Math.min(this.unread, start);
  }

  /** Whether anything of the text [start, end) is to be masked. */
  touches(start: number, end: number): boolean {
    if (end > this.unread) return true;
    return this.drawers.size > 0 && this.near(start, end).length > 0;
  }

  /** The stretches within [start, end), in order, none touching another; they count as masked. */
  take(start: number, end: number): Span[] {
    const found: Span[] = this.near(start, end).map((entry) => {
      entry.isMasked = true;
      return entry;
    });
    if (end > this.unread) {
      this.unreadMasked = true;
      found.push({ start: this.unread, end });
    }
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
    for (const [drawer, entries] of this.drawers) if (drawer < drawerOf(place)) this.close(drawer, entries);
  }

  end(): ReadonlyMap<string, number> {
    for (const [drawer, entries] of this.drawers) this.close(drawer, entries);
    return this.unreadMasked ? new Map([...this.counted, ['unscanned', 1]]) : this.counted;
  }

  private add(entry: Entry): void {
    for (let drawer = drawerOf(entry.start); drawer <= drawerOf(entry.end - 1); drawer++) {
      const entries = this.drawers.get(drawer);
      if (entries) entries.push(entry);
      else this.drawers.set(drawer, [entry]);
    }
  }

  /** What overlaps [start, end), each once. */
  private near(start: number, end: number): Entry[] {
    const found = new Set<Entry>();
    for (let drawer = drawerOf(start); drawer <= drawerOf(end - 1); drawer++)
      for (const entry of this.drawers.get(drawer) ?? []) if (entry.start < end && start < entry.end) found.add(entry);
    return [...found];
  }

  /** An entry is counted with the last drawer that it is in. */
  private close(drawer: number, entries: readonly Entry[]): void {
    this.drawers.delete(drawer);
    for (const { rule, end, isMasked, isSilent } of entries)
      if (isMasked && !isSilent && drawerOf(end - 1) === drawer)
        this.counted.set(rule, (this.counted.get(rule) ?? 0) + 1);
  }
}
