import { EventLoopPause } from '@holdshort/git-wire';
import { writtenContents, type WritingCall } from '@holdshort/github-operations';
import { scanText, type ScanPolicy } from '@holdshort/secret-scan';
import { Findings, type Finding } from './finding.js';

/** Scans every text that a call over REST, GraphQL or MCP would write, base64 content decoded. */
export async function scanTexts(call: WritingCall, policy: ScanPolicy): Promise<Finding[]> {
  const findings = new Findings();
  const pause = new EventLoopPause(1);
  for (const { path, content } of writtenContents(call)) {
    findings.add(scanText(content, path, policy));
    if (pause.due()) await pause.take();
  }
  return findings.list();
}
