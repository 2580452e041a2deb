import { BYTES_AFTER, BYTES_BEFORE, type Hit, type Match, type Rule } from '../rule.js';
import type { RuleSet } from './rule-set.js';

/** Takes a match; answers whether to go on. */
export type MatchSink = (rule: Rule, match: Match, hit: Hit) => boolean;

/**
 * Runs the automaton over a content that may arrive in parts, and asks the rules at each keyword. What a rule sees of the
 * content depends only on where its keyword stands, never on the parts.
 */
export class KeywordScan {
  private state = 0;

  constructor(
    private readonly set: RuleSet,
    private readonly sink: MatchSink,
  ) {}

  /** Scans `bytes` from `from` to `to`; the rest of `bytes` may be looked at. `false` once the sink has had enough. */
  run(bytes: Buffer, from: number, to: number): boolean {
    const { automaton } = this.set;
    const { classes, table, firstFinding } = automaton;
    let state = this.state;
    for (let position = from; position < to; position++) {
      state = table[state + (classes[bytes[position] as number] as number)] as number;
      if (state >= firstFinding && !this.ask(bytes, position + 1, automaton.foundAt(state))) return false;
    }
    this.state = state;
    return true;
  }

  private ask(bytes: Buffer, end: number, keywords: readonly number[]): boolean {
    const to = Math.min(bytes.length, end + BYTES_AFTER);
    for (const keyword of keywords) {
      const start = end - (this.set.lengths[keyword] ?? 0);
      const hit: Hit = { bytes, from: Math.max(0, start - BYTES_BEFORE), to, start, end };
      for (const rule of this.set.rules[keyword] ?? []) {
        const match = rule.find(hit);
        if (match && !this.sink(rule, match, hit)) return false;
      }
    }
    return true;
  }
}
