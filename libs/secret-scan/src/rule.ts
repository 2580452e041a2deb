import type { TextWindow } from './engine/text-window.js';
import type { FindingKind, MaskedKind, Severity } from './finding.js';
import type { PathKind } from './views/path-kind.js';

/**
 * A keyword met in the content. `from` and `to` bound what a rule may read, whatever else the buffer holds: so the same bytes
 * are judged the same way however they arrived.
 */
export interface Hit {
  readonly bytes: Buffer;
  /** The same, as text. */
  readonly texts: TextWindow;
  from: number;
  to: number;
  start: number;
  end: number;
  /** What the rules have cost so far, in bytes cut out of the content; see `KeywordScan`. */
  work: number;
}

/** Where the secret lies in the buffer of the hit. */
export interface Match {
  start: number;
  end: number;
  /** Bytes at `start` that are the provider's public prefix and may be shown. */
  shown: number;
  /** Looks like it, but a checksum or a marker of examples speaks against it: a warning whatever the rule says. */
  doubt?: string;
  /** Instead of name, prefix and length. */
  excerpt?: string;
}

/** Higher wins where two rules find the same bytes. */
export const PRECEDENCE = { generic: 0, named: 1, format: 2, prefixed: 3 } as const;

export interface Rule<Kind extends MaskedKind = FindingKind> {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly kind: Kind;
  readonly advice: string;
  /** Contents it is asked about. */
  readonly where: PathKind | 'anywhere';
  /** Lower case; the automaton ignores case. */
  readonly keywords: readonly string[];
  /** What is run at a keyword, for the test that bans unbounded repeats. */
  readonly expressions: readonly RegExp[];
  readonly precedence: number;
  /** Whether the secret may be guessable, so that even its hash is kept out of findings. */
  readonly guessable: boolean;
  readonly find: (hit: Hit) => Match | undefined;
  /** What it finds goes on to an end marker, which may be further away than a rule may read. */
  readonly block?: boolean;
  /** What must hold at a keyword for a finding, in words for the reference. */
  readonly validation: string;
  readonly examples: Examples;
}

/**
 * Templates of what the rule must find and must not: `{a20}` stands for twenty characters of class `a` (see
 * `testing/example-text.ts`), so that no example in the repository looks like a credential.
 */
export interface Examples {
  readonly like: readonly string[];
  readonly unlike: readonly string[];
}

/** Bytes before a keyword and after it that a rule may read: the longest token of any rule is a JWT of about 6 KB. */
export const BYTES_BEFORE = 512;
export const BYTES_AFTER = 8192;
