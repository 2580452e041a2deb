export { ContentScanner } from './content-scanner.js';
export type { Finding, FindingKind, ScanPolicy, Severity } from './finding.js';
export type { Rule } from './rule.js';
export { RULES } from './rules/index.js';
export { scanText } from './scan-text.js';
export { pathKind, type PathKind } from './views/path-kind.js';
