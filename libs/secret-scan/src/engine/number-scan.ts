/** What a rule about numbers is asked: the text from the first digit on, and what stands before it. */
export interface NumberAt {
  text: string;
  before: () => string;
}

/** What stands right before the first digit: a rule is asked only where it is what the rule wants. */
export type Lead = 'plus' | 'capital' | 'other';

/** A kind of number that a person is known by: told by form and check digits, not by a keyword. */
export interface NumberRule {
  id: string;
  title: string;
  kind: 'personal';
  precedence: number;
  lead: Lead;
  /** Lengths that the first run of digits may have, as bits. */
  firstRun: number;
  /** Where the number lies, relative to its first digit; `undefined` where it is none. */
  find: (at: NumberAt) => { start: number; end: number } | undefined;
  validation: string;
  source: string;
  examples: { like: readonly string[]; unlike: readonly string[] };
}

type Sink = (rule: NumberRule, start: number, end: number) => void;

/** Longest number with separators: an IBAN of 34 characters in groups of four. */
const REACH = 48;
const BEFORE = 56;
const DIGITS_LEAST = 8;
const RUN_MOST = 31;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
/** Blank, `(`, `)`, `-`, `.`, `/`. */
const PARTS = new Set([0x20, 0x28, 0x29, 0x2d, 0x2e, 0x2f]);

const PLUS = 0x2b;
const leadOf = (byte: number): Lead => (byte === PLUS ? 'plus' : isUpper(byte) ? 'capital' : 'other');

/** Whether enough digits follow in what may be one number: looked at before any text is cut out. */
function hasDigits(bytes: Uint8Array, from: number, to: number): boolean {
  let digits = 0;
  for (let at = from; at < to && digits < DIGITS_LEAST; at++) {
    const byte = bytes[at] as number;
    if (isDigit(byte)) digits++;
    else if (!isUpper(byte) && !PARTS.has(byte)) return false;
  }
  return digits === DIGITS_LEAST;
}

/** Asks the rules once at each run of digits; what they see depends only on where it stands. */
export class NumberScan {
  constructor(
    private readonly rules: readonly NumberRule[],
    private readonly sink: Sink,
  ) {}

  run(bytes: Buffer, from: number, to: number): void {
    if (this.rules.length === 0) return;
    let before = from > 0 && isDigit(bytes[from - 1]);
    for (let at = from; at < to; at++) {
      const digit = isDigit(bytes[at]);
      if (digit && !before) this.ask(bytes, at);
      before = digit;
    }
  }

  private ask(bytes: Buffer, at: number): void {
    const to = Math.min(bytes.length, at + REACH);
    if (!hasDigits(bytes, at, to)) return;
    let end = at + 1;
    while (end < to && isDigit(bytes[end])) end++;
    const bit = 1 << Math.min(RUN_MOST, end - at);
    const lead = leadOf(at > 0 ? (bytes[at - 1] as number) : 0);
    let seen: NumberAt | undefined;
    for (const rule of this.rules) {
      if ((rule.firstRun & bit) === 0 || rule.lead !== lead) continue;
      seen ??= {
        text: bytes.toString('latin1', at, to),
        before: () => bytes.toString('latin1', Math.max(0, at - BEFORE), at),
      };
      const found = rule.find(seen);
      if (found) this.sink(rule, at + found.start, at + found.end);
    }
  }
}
