import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readCursor, type Position } from './cursor-file.js';
import { folderHolder } from './folder-lock.js';
import { inspectSegment, type SegmentReport } from './inspect-segment.js';
import { isSegmentName, readHeader } from './segment-store.js';

export interface SpoolReport {
  /** Process that has the folder, where one lives. */
  holder?: number;
  /** Everything before it has been acknowledged. */
  cursor?: Position;
  segments: SegmentReport[];
  /** Of all segment files. */
  bytes: number;
  events: number;
  checkpoints: number;
  /** Events and checkpoints that have not been acknowledged; the cursor is written with up to 200 ms delay. */
  depth: number;
  /** Time of the oldest of them, RFC 3339. */
  oldest?: string;
  /** Whether bytes were found that are no record. */
  damaged: boolean;
  /** Unreadable tails that earlier starts have put aside. */
  setAside: { file: string; bytes: number }[];
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const unlessGone = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    // delivered and freed by the running process while this was reading
    if (isGone(error)) return undefined;
    throw error;
  }
};

/**
 * What lies in a spool: changes nothing, takes no lock, so that the process whose spool it is may go on.
 * @returns undefined where the folder is no spool
 */
export async function inspectSpool(dir: string): Promise<SpoolReport | undefined> {
  const names = (await unlessGone(readdir(dir)))?.sort();
  if (!names) return undefined;
  const cursor = await readCursor(dir);
  const files = names.filter(isSegmentName);
  if (files.length === 0 && cursor === undefined && !names.includes('lock')) return undefined;
  const holder = await folderHolder(dir);
  const segments: SegmentReport[] = [];
  for (const [place, name] of files.entries()) {
    const limit = await declaredEnd(dir, files[place + 1]);
    const report = await unlessGone(inspectSegment(join(dir, name), { cursor, limit }));
    if (report) segments.push(report);
  }
  return {
    ...(holder === undefined ? {} : { holder }),
    ...(cursor === undefined ? {} : { cursor }),
    segments,
    ...sumOf(segments),
    setAside: await tailsIn(dir, names),
  };
}

/** Where the next segment says that this one ends. */
async function declaredEnd(dir: string, next: string | undefined): Promise<number | undefined> {
  if (next === undefined) return undefined;
  return (await unlessGone(readHeader(join(dir, next))))?.previous_length ?? undefined;
}

function sumOf(segments: readonly SegmentReport[]): Omit<SpoolReport, 'segments' | 'setAside'> {
  const sum = (of: (segment: SegmentReport) => number): number =>
    segments.reduce((total, segment) => total + of(segment), 0);
  const oldest = segments.find((segment) => segment.oldest !== undefined)?.oldest;
  return {
    bytes: sum(({ bytes }) => bytes),
    events: sum(({ events }) => events),
    checkpoints: sum(({ checkpoints }) => checkpoints),
    depth: sum(({ undelivered }) => undelivered),
    ...(oldest === undefined ? {} : { oldest }),
    damaged: segments.some(({ damage }) => damage !== undefined),
  };
}

async function tailsIn(dir: string, names: readonly string[]): Promise<SpoolReport['setAside']> {
  const tails: SpoolReport['setAside'] = [];
  for (const file of names.filter((name) => name.endsWith('.torn'))) {
    const found = await unlessGone(stat(join(dir, file)));
    if (found) tails.push({ file, bytes: found.size });
  }
  return tails;
}
