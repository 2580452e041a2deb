import { createReadStream } from 'node:fs';
import { EventLoopPause } from '@holdshort/git-wire';
import { ContentScanner, type ScanPolicy } from '@holdshort/secret-scan';
import type { Finding } from './finding.js';

/** Scans a file that waits on disk for its verdict, with bounded memory. */
export async function scanFile(file: string, path: string, policy: ScanPolicy): Promise<Finding[]> {
  const scanner = new ContentScanner(path, policy);
  const pause = new EventLoopPause(1);
  for await (const chunk of createReadStream(file, { highWaterMark: 256 << 10 }) as AsyncIterable<Buffer>) {
    scanner.push(chunk);
    if (pause.due()) await pause.take();
  }
  return scanner.end();
}
