import type { FindingKind, MaskedKind } from '../finding.js';
import { BYTES_AFTER, BYTES_BEFORE, type Hit, type Match, type Rule } from '../rule.js';
import type { RuleSet } from './rule-set.js';
import { TextWindow } from './text-window.js';

/**
 * Work is counted in bytes of text that rules read, about 3 ns each. A question costs `QUESTION` and what the rule cuts out of
 * the content, and a match `MATCH`. Ordinary source costs less than 1 a byte, its densest files 5; one that costs more than
 * `WORK_PER_BYTE` was made to keep the scanner busy, and is given up as unscanned. So no content costs more than about 40 ms per MB, whatever the rules are.
 */
const QUESTION = 48;
const MATCH = 512;
const WORK_PER_BYTE = 6;
/** The first so much is free: small contents may be dense. */
const FREE_WORK = 400_000;

/** Takes a match; answers whether to go on. */
export type MatchSink<Kind extends MaskedKind = FindingKind> = (rule: Rule<Kind>, match: Match, hit: Hit) => boolean;

/**
 * Runs the automaton over a content that may arrive in parts, and asks the rules at each keyword. What a rule sees of the
 * content depends only on where its keyword stands, never on the parts.
 */
export class KeywordScan<Kind extends MaskedKind = FindingKind> {
  private state = 0;
  private seen = 0;
  private hit: Hit | undefined;
  /** The content was given up. */
  exhausted = false;

  constructor(
    private readonly set: RuleSet<Kind>,
    private readonly sink: MatchSink<Kind>,
  ) {}

  /** Scans `bytes` from `from` to `to`; the rest of `bytes` may be looked at. `false` once the sink has had enough. */
  run(bytes: Buffer, from: number, to: number): boolean {
    const texts = new TextWindow(bytes);
    this.hit = { bytes, texts, from, to, start: from, end: from, work: this.hit?.work ?? 0 };
    const { automaton } = this.set;
    const { classes, table, firstFinding } = automaton;
    let state = this.state;
    for (let position = from; position < to; position++) {
      state = table[state + (classes[bytes[position] as number] as number)] as number;
      if (state < firstFinding) continue;
      if (!this.ask(this.hit, position + 1, automaton.foundAt(state))) return false;
      // only questions make work, so here is where it can become too much
      if (this.hit.work > FREE_WORK + WORK_PER_BYTE * (this.seen + position - from)) {
        this.exhausted = true;
        return false;
      }
    }
    this.seen += to - from;
    this.state = state;
    return true;
  }

  /** What follows is another text: no keyword reaches across. What the texts cost together stays limited. */
  restart(): void {
    this.state = 0;
  }

  private ask(hit: Hit, end: number, keywords: readonly number[]): boolean {
    hit.end = end;
    hit.to = Math.min(hit.bytes.length, end + BYTES_AFTER);
    for (const keyword of keywords) {
      hit.start = end - (this.set.lengths[keyword] ?? 0);
      hit.from = Math.max(0, hit.start - BYTES_BEFORE);
      for (const rule of this.set.rules[keyword] ?? []) {
        hit.work += QUESTION;
        const match = rule.find(hit);
        if (!match) continue;
        hit.work += MATCH;
        if (!this.sink(rule, match, hit)) return false;
      }
    }
    return true;
  }
}
