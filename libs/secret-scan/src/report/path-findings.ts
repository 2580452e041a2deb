import { ViewScan } from '../engine/view-scan.js';
import type { Finding, ScanPolicy } from '../finding.js';
import { RULE_SETS } from '../rules/index.js';

/** Secrets in a path: names of files and folders are pushed too. Told without the path, which holds them. */
export function pathFindings(path: string, policy: ScanPolicy): Finding[] {
  const scan = new ViewScan(RULE_SETS('other'), '', { ...policy, inlineAllow: false });
  const { findings } = scan.whole(Buffer.from(path, 'utf8'));
  return findings.filter(({ severity }) => severity === 'block').map((finding) => ({ ...finding, line: 0 }));
}

/** The path as findings may show it. */
export const shownPath = (path: string, found: readonly Finding[]): string =>
  found.length === 0 ? path : `****(path of ${path.length} characters holds a secret)`;
