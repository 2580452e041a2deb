/** `block`: a credential in its provider's format. `warn`: likely, but the format alone does not prove it. */
export type Severity = 'block' | 'warn';

/** `unscanned`: content of which nothing is known, because reading it to its end would have cost too much. */
export type FindingKind = 'secret' | 'hidden-text' | 'unscanned';

/** `personal`: data of a person; looked for where answers are masked, never in what is pushed. */
export type MaskedKind = FindingKind | 'personal';

/** One place in a content that should not be pushed. Holds no part of the secret beyond its public prefix. */
export interface Finding {
  /** Id of the rule; `more-findings` where the list was cut, `unscanned` where the reading was. */
  rule: string;
  title: string;
  severity: Severity;
  kind: FindingKind;
  /** As given; redacted where the path itself holds the secret. */
  path: string;
  /** 1-based; 0 where it is the path itself. */
  line: number;
  /** Redacted, printable ASCII, at most 120 characters. */
  excerpt: string;
  /**
   * 16 hex digits for allow-lists and deduplication: of SHA-256 over rule and secret, or, where the secret may be guessable,
   * over rule, path and name, so that it says nothing of the secret.
   */
  fingerprint: string;
  advice: string;
  /** A comment `holdshort:allow RULE` beside it lets it pass, where policy honours those; it is a warning then. */
  allowedBy?: 'comment';
}

/** What an organisation lets pass. Everything is off by default. */
export interface ScanPolicy {
  /** Globs over the whole path: `*` and `?` within a folder, `**` across folders. */
  allowPaths?: readonly string[];
  allowRules?: readonly string[];
  allowFingerprints?: readonly string[];
  /** Whether `holdshort:allow RULE REASON` on the same or the previous line turns a finding into a warning that says so. */
  inlineAllow?: boolean;
}
