import type { AuditEvent, Checkpoint } from '@holdshort/audit-events';
import { stat } from 'node:fs/promises';
import { SegmentReader } from './segment-reader.js';
import { listSegments, readHeader } from './segment-store.js';

export type SpooledItem = { event: AuditEvent } | { checkpoint: Checkpoint };

/**
 * What lies in a spool, delivered or not, in log order; changes nothing and takes no lock, so that a running process may
 * go on. Ends each segment where it is no longer whole, or where a later one says that it ends.
 */
export async function* readSpool(dir: string): AsyncGenerator<SpooledItem> {
  const found = await listSegments(dir);
  for (const [place, { path }] of found.entries()) {
    const next = found[place + 1];
    const declared = next ? (await readHeader(next.path))?.previous_length : undefined;
    const { size } = await stat(path);
    yield* readSegment(path, Math.min(size, declared ?? size));
  }
}

async function* readSegment(path: string, limit: number): AsyncGenerator<SpooledItem> {
  const reader = new SegmentReader(path, 0);
  try {
    for (;;) {
      const frame = await reader.next(limit);
      if (frame === undefined || frame === 'damaged') return;
      if (frame.kind === 'H' || frame.kind === 'C') continue;
      const value = JSON.parse(frame.json.toString('utf8')) as unknown;
      yield frame.kind === 'K' ? { checkpoint: value as Checkpoint } : { event: value as AuditEvent };
    }
  } finally {
    await reader.close();
  }
}
