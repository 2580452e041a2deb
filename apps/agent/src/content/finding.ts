import type { Finding as ScannerFinding } from '@holdshort/secret-scan';

/** What a scanner found in what a call would write, or that it could not look. */
export type Finding = ScannerFinding;

/** Content of which nothing is known, for the reason given. */
export const unscanned = (path: string, why: string): Finding => ({
  rule: 'unscanned',
  title: why,
  severity: 'block',
  kind: 'unscanned',
  path,
  line: 0,
  excerpt: '',
  fingerprint: '',
  advice: 'Send it smaller, in plain text and uncompressed, or in several steps.',
});

/** More are counted, not listed: one leaked file can hold thousands. */
const MAX_LISTED = 100;

/** Findings of a call, the gravest first; the same secret at the same place once. */
export class Findings {
  readonly #found = new Map<string, Finding>();

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const key = [finding.rule, finding.fingerprint, finding.path, finding.line].join('\n');
      this.#found.set(key, finding);
    }
  }

  list(): Finding[] {
    const grave = ({ severity, kind }: Finding): number => (severity === 'warn' ? 2 : kind === 'hidden-text' ? 1 : 0);
    return [...this.#found.values()].sort((a, b) => grave(a) - grave(b)).slice(0, MAX_LISTED);
  }
}

/** `path:line`, of the path itself without a line. */
export const placeOf = ({ path, line }: Pick<Finding, 'path' | 'line'>): string =>
  line > 0 ? `${path}:${String(line)}` : path;
