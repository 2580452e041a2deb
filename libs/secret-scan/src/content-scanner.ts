import { ViewScan, type ViewResult } from './engine/view-scan.js';
import type { Finding, ScanPolicy } from './finding.js';
import { globFits } from './policy/path-glob.js';
import { mergedFindings } from './report/merged-findings.js';
import { pathFindings, shownPath } from './report/path-findings.js';
import { RULE_SETS } from './rules/index.js';
import { DecodedView } from './views/decoded-view.js';
import { pathKind, type PathKind } from './views/path-kind.js';
import { StrippedView } from './views/stripped-view.js';
import { utf16Order } from './views/utf16.js';

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** As many bytes as git looks at to tell binary from text (its buffer_is_binary). */
const HEAD = 8000;

interface Views {
  raw: ViewScan;
  decoded: DecodedView;
  stripped: StrippedView;
}

/** A zero among the first bytes makes a content binary, as for git, unless it is the text of UTF-16: nobody reads it as source. */
function kindOf(path: string, head: Uint8Array): PathKind {
  const kind = pathKind(path);
  const isBinary = head.subarray(0, HEAD).includes(0) && utf16Order(asBuffer(head.subarray(0, 4))) === undefined;
  return kind === 'source' && isBinary ? 'other' : kind;
}

/**
 * Finds secrets and hidden text in one content that arrives in parts of any size. The bytes are always read as they are; where
 * zeros stand among them, also without those, and where the content begins as UTF-16, also in its decoded form. Memory: at most
 * three working buffers of 128 KB, whatever the size of the content.
 */
export class ContentScanner {
  private readonly allowed: boolean;
  private readonly ofPath: Finding[];
  private readonly shown: string;
  private views: Views | undefined;
  private head = Buffer.alloc(0);

  /** `path` as in the repository: it decides where hidden text counts, and is itself looked at. */
  constructor(
    private readonly path: string,
    private readonly policy: ScanPolicy = {},
  ) {
    this.allowed = (policy.allowPaths ?? []).some((glob) => globFits(glob, path));
    this.ofPath = this.allowed ? [] : pathFindings(path, policy);
    this.shown = shownPath(path, this.ofPath);
  }

  push(chunk: Uint8Array): void {
    if (this.allowed) return;
    if (this.views) this.feed(this.views, chunk);
    else this.sniff(chunk);
  }

  /** All findings, by line; at most 100, and a last one that says so where there were more. */
  end(): Finding[] {
    if (this.allowed) return [];
    const views = this.views ?? this.begin(this.head);
    return this.merged(views, views.raw.end());
  }

  /** The content as a whole, instead of `push` and `end`: its bytes are not copied. */
  scan(content: Uint8Array): Finding[] {
    if (this.allowed) return [];
    const bytes = asBuffer(content);
    const views = this.open(bytes);
    views.decoded.push(bytes.subarray(0, 4));
    views.decoded.push(bytes.subarray(4));
    if (bytes.includes(0)) views.stripped.push(bytes);
    return this.merged(views, views.raw.whole(bytes));
  }

  /** Which rules apply is known once the first bytes are there. */
  private sniff(chunk: Uint8Array): void {
    if (this.head.length === 0 && chunk.length >= HEAD) {
      this.views = this.begin(asBuffer(chunk));
      return;
    }
    this.head = Buffer.concat([this.head, chunk]);
    if (this.head.length >= HEAD) this.views = this.begin(this.head);
  }

  private begin(first: Buffer): Views {
    const views = this.open(first);
    this.feed(views, first);
    this.head = Buffer.alloc(0);
    return views;
  }

  private open(head: Uint8Array): Views {
    const rules = RULE_SETS(kindOf(this.path, head));
    const begin = (firstLine: number): ViewScan => new ViewScan(rules, this.shown, this.policy, firstLine);
    return { raw: begin(1), decoded: new DecodedView(begin), stripped: new StrippedView(begin) };
  }

  private feed({ raw, decoded, stripped }: Views, chunk: Uint8Array): void {
    raw.push(chunk);
    decoded.push(chunk);
    stripped.push(asBuffer(chunk));
  }

  private merged(views: Views, raw: ViewResult): Finding[] {
    const results = [raw, views.decoded.end(), ...views.stripped.end()].filter((view) => view !== undefined);
    const ofPath = this.ofPath.map((finding) => ({ ...finding, path: this.shown }));
    return mergedFindings(this.shown, ofPath, results);
  }
}
