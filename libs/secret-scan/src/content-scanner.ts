import { ViewScan, type ViewResult } from './engine/view-scan.js';
import type { Finding, ScanPolicy } from './finding.js';
import { globFits } from './policy/path-glob.js';
import { mergedFindings } from './report/merged-findings.js';
import { pathFindings, shownPath } from './report/path-findings.js';
import { RULE_SETS } from './rules/index.js';
import { DecodedView } from './views/decoded-view.js';
import { pathKind } from './views/path-kind.js';
import { StrippedView } from './views/stripped-view.js';

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/**
 * Finds secrets and hidden text in one content that arrives in parts of any size. The bytes are always read as they are; where
 * zeros stand among them, also without those, and where the content begins as UTF-16, also in its decoded form. Memory: at most
 * three working buffers of 128 KB, whatever the size of the content.
 */
export class ContentScanner {
  private readonly allowed: boolean;
  private readonly ofPath: Finding[];
  private readonly path: string;
  private readonly raw: ViewScan;
  private readonly decoded: DecodedView;
  private readonly stripped: StrippedView;

  /** `path` as in the repository: it decides where hidden text counts, and is itself looked at. */
  constructor(path: string, policy: ScanPolicy = {}) {
    this.allowed = (policy.allowPaths ?? []).some((glob) => globFits(glob, path));
    this.ofPath = this.allowed ? [] : pathFindings(path, policy);
    this.path = shownPath(path, this.ofPath);
    const rules = RULE_SETS(pathKind(path));
    const begin = (firstLine: number): ViewScan => new ViewScan(rules, this.path, policy, firstLine);
    this.raw = begin(1);
    this.decoded = new DecodedView(begin);
    this.stripped = new StrippedView(begin);
  }

  push(chunk: Uint8Array): void {
    if (this.allowed) return;
    this.raw.push(chunk);
    this.decoded.push(chunk);
    this.stripped.push(asBuffer(chunk));
  }

  /** All findings, by line; at most 100, and a last one that says so where there were more. */
  end(): Finding[] {
    return this.allowed ? [] : this.merged(this.raw.end());
  }

  /** The content as a whole, instead of `push` and `end`: its bytes are not copied. */
  scan(content: Uint8Array): Finding[] {
    if (this.allowed) return [];
    const bytes = asBuffer(content);
    this.decoded.push(bytes.subarray(0, 4));
    this.decoded.push(bytes.subarray(4));
    if (bytes.includes(0)) this.stripped.push(bytes);
    return this.merged(this.raw.whole(bytes));
  }

  private merged(raw: ViewResult): Finding[] {
    const views = [raw, this.decoded.end(), this.stripped.end()].filter((view) => view !== undefined);
    const ofPath = this.ofPath.map((finding) => ({ ...finding, path: this.path }));
    return mergedFindings(this.path, ofPath, views);
  }
}
