import type { Finding, ScanPolicy } from '../finding.js';
import { isAllowedInline } from '../policy/inline-allow.js';
import { excerptOf } from '../report/excerpt.js';
import { fingerprint } from '../report/fingerprint.js';
import type { Hit, Match, Rule } from '../rule.js';
import { FindingList } from './finding-list.js';
import { KeywordScan } from './keyword-scan.js';
import { LineCount } from './line-count.js';
import type { RuleSet } from './rule-set.js';
import { ScanWindow } from './scan-window.js';

export type ViewResult = ReturnType<FindingList['end']> & {
  /** The rest was not read: reading it would have cost too much. */
  exhausted: boolean;
};

/** Who wrote the comment is not known here, so what it lets pass is still told, and recorded. */
const letPass = (finding: Finding): Finding => ({
  ...finding,
  severity: 'warn',
  allowedBy: 'comment',
  advice: `Let pass by a comment beside it. ${finding.advice}`,
});

/** One reading of a content: its bytes as they are, decoded, or stripped. Memory is bounded by the working buffer. */
export class ViewScan {
  private readonly lines: LineCount;
  private readonly list = new FindingList();
  private readonly scan: KeywordScan;
  private readonly window = new ScanWindow();

  constructor(
    set: RuleSet,
    private readonly path: string,
    private readonly policy: ScanPolicy,
    firstLine = 1,
  ) {
    this.lines = new LineCount(firstLine);
    this.scan = new KeywordScan(set, (rule, match, hit) => this.take(rule, match, hit));
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.done;) {
      at += this.window.take(chunk, at);
      if (this.window.isFull) this.advance();
    }
  }

  end(): ViewResult {
    const { window } = this;
    if (!this.done) this.scan.run(window.filled, window.scanned, window.length);
    return this.result();
  }

  /** A content that is there as a whole, without copying it. */
  whole(content: Uint8Array): ViewResult {
    this.scan.run(Buffer.from(content.buffer, content.byteOffset, content.length), 0, content.length);
    return this.result();
  }

  private get done(): boolean {
    return this.list.full || this.scan.exhausted;
  }

  private result(): ViewResult {
    return { ...this.list.end(), exhausted: this.scan.exhausted };
  }

  private advance(): void {
    const { window } = this;
    this.scan.run(window.bytes, window.scanned, window.judgeable);
    this.lines.drop(window.bytes, window.spent);
    window.slide();
  }

  private take(rule: Rule, match: Match, hit: Hit): boolean {
    const severity = match.doubt === undefined ? rule.severity : 'warn';
    const { dropped } = this.window;
    const place = { rule, severity, start: dropped + match.start, end: dropped + match.end };
    if (this.list.admits(place, dropped + hit.start)) {
      const finding = this.finding(rule, match, hit, severity);
      const commented = this.isCommented(finding, match, hit);
      this.list.add({
        ...place,
        ...(commented ? { severity: 'warn' } : {}),
        finding: commented ? letPass(finding) : finding,
        allowed: this.isAllowed(finding),
      });
    }
    return !this.list.full;
  }

  private finding(rule: Rule, match: Match, hit: Hit, severity: Finding['severity']): Finding {
    const secret = hit.bytes.subarray(match.start, match.end);
    return {
      rule: rule.id,
      title: rule.title,
      severity,
      kind: rule.kind,
      path: this.path,
      line: this.lines.lineAt(hit.bytes, match.start),
      excerpt: match.excerpt ?? excerptOf(hit, match),
      fingerprint: fingerprint(rule.id, secret, rule.guessable ? this.path : ''),
      advice: match.doubt === undefined ? rule.advice : `Only a warning: ${match.doubt}. ${rule.advice}`,
    };
  }

  private isAllowed({ rule, fingerprint: print }: Finding): boolean {
    const { allowRules = [], allowFingerprints = [] } = this.policy;
    return allowRules.includes(rule) || allowFingerprints.includes(print);
  }

  private isCommented(finding: Finding, match: Match, hit: Hit): boolean {
    return this.policy.inlineAllow === true && isAllowedInline(hit, match, finding.rule);
  }
}
