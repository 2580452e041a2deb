import { copyFile, mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { SegmentReader } from './segment-reader.js';
import type { Frame } from './frame.js';

export interface Segment {
  index: number;
  path: string;
  /** Whole, durable, valid bytes; what lies after them is not part of the spool. */
  length: number;
}

/** First record of a segment. `previous_length` ends the segment before it: a tail whose fsync failed never comes back. */
export interface SegmentHeader {
  v: 1;
  chain_id: string;
  previous_length: number | null;
}

export const segmentName = (index: number): string => `${index.toString().padStart(12, '0')}.seg`;

const SEGMENT = /^(\d{12})\.seg$/;

export const isSegmentName = (name: string): boolean => SEGMENT.test(name);

/** @param name as `segmentName` makes it */
export const indexOfSegment = (name: string): number => Number(SEGMENT.exec(name)?.[1]);

export async function listSegments(dir: string): Promise<{ index: number; path: string }[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const names = (await readdir(dir)).sort();
  return names.flatMap((name) => {
    const index = SEGMENT.exec(name)?.[1];
    return index === undefined ? [] : [{ index: Number(index), path: join(dir, name) }];
  });
}

export type FrameVisitor = (frame: Frame, segment: number) => void;

/**
 * Reads a segment to its limit and hands every whole frame to `visit`.
 * @returns the length up to which it is whole
 */
export async function scanSegment(path: string, limit: number, visit: (frame: Frame) => void): Promise<number> {
  const reader = new SegmentReader(path, 0);
  try {
    for (;;) {
      const frame = await reader.next(limit);
      if (frame === undefined || frame === 'damaged') return reader.offset;
      visit(frame);
    }
  } finally {
    await reader.close();
  }
}

export async function readHeader(path: string): Promise<SegmentHeader | undefined> {
  const reader = new SegmentReader(path, 0);
  try {
    const frame = await reader.next((await stat(path)).size);
    if (frame === undefined || frame === 'damaged' || frame.kind !== 'H') return undefined;
    return JSON.parse(frame.json.toString('utf8')) as SegmentHeader;
  } finally {
    await reader.close();
  }
}

/** Keeps a copy of everything after `length` beside the segment, as evidence. */
export async function keepTail(path: string, length: number): Promise<void> {
  await copyFile(path, `${path}.torn`);
  const handle = await open(`${path}.torn`, 'r+');
  try {
    const tail = Buffer.alloc(Math.max(0, (await handle.stat()).size - length));
    await handle.read(tail, 0, tail.length, length);
    await handle.truncate(0);
    await handle.write(tail, 0, tail.length, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function cutTail(path: string, length: number): Promise<void> {
  await truncate(path, length);
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export interface Recovered {
  segments: Segment[];
  /** Index that no segment ever had. */
  nextIndex: number;
  /** Segments of which a part was unreadable; their tails are kept aside. */
  damaged: string[];
}

/** Brings the folder into a readable state: cuts a torn tail, drops what a later header declared void. */
export async function recoverSegments(dir: string, visit: FrameVisitor): Promise<Recovered> {
  const found = await listSegments(dir);
  const recovered: Recovered = { segments: [], nextIndex: (found.at(-1)?.index ?? 0) + 1, damaged: [] };
  const headers = await Promise.all(found.map((segment) => readHeader(segment.path)));
  const usable = found.filter((_, place) => headers[place] !== undefined);
  const usableHeaders = headers.filter((header) => header !== undefined);
  for (const segment of found) if (!usable.includes(segment)) await setAside(segment.path, recovered);
  for (const [place, segment] of usable.entries()) {
    const declared = usableHeaders[place + 1]?.previous_length ?? null;
    recovered.segments.push(await recoverSegment(segment, declared, visit, recovered));
  }
  return recovered;
}

/** A segment that was being created when the process died: nothing in it was ever acknowledged. */
async function setAside(path: string, recovered: Recovered): Promise<void> {
  if ((await stat(path)).size > 0) {
    await keepTail(path, 0);
    recovered.damaged.push(path);
  }
  await rm(path);
}

async function recoverSegment(
  found: { index: number; path: string },
  declared: number | null,
  visit: FrameVisitor,
  recovered: Recovered,
): Promise<Segment> {
  const { size } = await stat(found.path);
  const limit = Math.min(size, declared ?? size);
  const length = await scanSegment(found.path, limit, (frame) => {
    visit(frame, found.index);
  });
  if (length < limit) {
    await keepTail(found.path, length);
    await cutTail(found.path, length);
    recovered.damaged.push(found.path);
  }
  return { ...found, length };
}
