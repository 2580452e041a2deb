import { ContentScanner } from './content-scanner.js';
import type { Finding, ScanPolicy } from './finding.js';

/**
 * Secrets and hidden text in a content that is in memory as a whole: text of any encoding that keeps ASCII, UTF-16, or binary.
 * Findings come by line, at most 100 and one more that says so where there were more.
 */
export const scanText = (content: Uint8Array, path: string, policy?: ScanPolicy): Finding[] =>
  new ContentScanner(path, policy).scan(content);
