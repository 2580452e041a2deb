import { FINDINGS_MOST } from '../engine/finding-list.js';
import type { ViewResult } from '../engine/view-scan.js';
import type { Finding } from '../finding.js';
import { fingerprint } from './fingerprint.js';

/** Says that the list was cut, as a finding of the severity that was cut. */
const moreFindings = (path: string, severity: Finding['severity']): Finding => ({
  rule: 'more-findings',
  title: `More than ${FINDINGS_MOST} findings`,
  severity,
  kind: 'secret',
  path,
  line: 0,
  excerpt: `only the first ${FINDINGS_MOST} are listed`,
  fingerprint: fingerprint('more-findings', Buffer.from(path)),
  advice: 'Remove what is listed and push again: the rest is then told.',
});

const unscanned = (path: string): Finding => ({
  rule: 'unscanned',
  title: 'Content too dense to be scanned',
  severity: 'block',
  kind: 'unscanned',
  path,
  line: 0,
  excerpt: 'almost all of it are the first letters of credentials',
  fingerprint: fingerprint('unscanned', Buffer.from(path)),
  advice: 'Leave it out, or split it into smaller files.',
});

const key = ({ rule, line, fingerprint: print }: Finding): string => `${rule}:${line}:${print}`;

const gravest = (a: Finding, b: Finding): number =>
  Number(a.severity === 'warn') - Number(b.severity === 'warn') || a.line - b.line;

/** What all readings of a content found, each once, by line; at most 100, and one more that says so where there were more. */
export function mergedFindings(path: string, ofPath: readonly Finding[], views: readonly ViewResult[]): Finding[] {
  const unread = views.some(({ exhausted }) => exhausted) ? [unscanned(path)] : [];
  const unique = new Map<string, Finding>();
  for (const finding of [...unread, ...ofPath, ...views.flatMap(({ findings }) => findings)])
    if (!unique.has(key(finding))) unique.set(key(finding), finding);
  const all = [...unique.values()].sort(gravest);
  const kept = all.slice(0, FINDINGS_MOST).sort((a, b) => a.line - b.line);
  const cut = new Set([
    ...all.slice(FINDINGS_MOST).map(({ severity }) => severity),
    ...views.flatMap((view) => [...view.cut]),
  ]);
  if (cut.size === 0) return kept;
  return [...kept, moreFindings(path, cut.has('block') ? 'block' : 'warn')];
}
