import { readFile } from 'node:fs/promises';
import {
  anchorHash,
  anchorText,
  readAnchor,
  UnreadableInput,
  type Anchor,
  type AnchorRecord,
  type CheckResult,
} from '@holdshort/audit-events';
import { rootsIn, verifyTimeStamp, type Roots } from '@holdshort/time-stamps';

/** What a time-stamp authority says of the anchors. */
export interface TimeStampsSeen {
  /** Anchors that have one. */
  time_stamps: number;
  /** Anchors that are at least as old as a time stamp says: those up to the newest that has one. */
  anchors_stamped: number;
  /** The newest time stamp; RFC 3339. */
  stamped_until?: string;
  /** Longest from an anchor to the first time stamp of it or of one that follows it, in seconds. */
  longest_wait_seconds: number;
}

/** A time stamp is there, and does not hold. */
class FalseTimeStamp extends Error {}

/**
 * How to add to a verdict what time stamps say of the anchors: these as they were read, those from outside among them.
 * @param file with the roots of the authority
 * @throws UnreadableInput where it holds no certificate
 */
export async function timeStampsBy(
  file: string,
): Promise<(result: CheckResult, anchors: readonly unknown[]) => Promise<CheckResult & Partial<TimeStampsSeen>>> {
  const roots = await rootsOf(file);
  return async (result, anchors) => {
    // what is broken by itself needs no time
    if (result.verdict === 'broken') return result;
    try {
      const seen = await checkTimeStamps(anchors, roots);
      if (seen.time_stamps > 0) return { ...result, ...seen };
      const reasons = [...result.reasons, 'no anchor has a time stamp'];
      return { ...result, ...seen, verdict: 'could_not_tell', reasons };
    } catch (error) {
      if (!(error instanceof FalseTimeStamp)) throw error;
      const broken = { kind: 'wrong_key' as const, chain_id: '', seq: 0, index: 0, message: error.message };
      return { ...result, verdict: 'broken', chains: 'broken', broken };
    }
  };
}

async function rootsOf(file: string): Promise<Roots> {
  const pem = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UnreadableInput(`${file} with the certificates of the time-stamp authority cannot be read`, { cause });
  });
  try {
    return rootsIn(pem);
  } catch (cause) {
    throw new UnreadableInput(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Whether the anchors are sound others tell. @throws FalseTimeStamp naming the newest whose time stamp does not hold */
async function checkTimeStamps(values: readonly unknown[], roots: Roots): Promise<TimeStampsSeen> {
  const newestFirst = eachOnce(values).sort((a, b) => (a.anchor.hour > b.anchor.hour ? -1 : 1));
  const seen: TimeStampsSeen = { time_stamps: 0, anchors_stamped: 0, longest_wait_seconds: 0 };
  let covered = Infinity;
  for (const { anchor, time_stamp: stamp } of newestFirst) {
    if (stamp !== undefined) {
      const time = await timeOf(anchor, stamp, roots);
      seen.time_stamps += 1;
      seen.stamped_until ??= time.toISOString();
      covered = Math.min(covered, time.getTime());
    }
    if (covered === Infinity) continue;
    seen.anchors_stamped += 1;
    const wait = Math.round((covered - Date.parse(anchor.time)) / 1000);
    seen.longest_wait_seconds = Math.max(seen.longest_wait_seconds, wait);
  }
  return seen;
}

/** The one with the time stamp, where one of two copies has it. */
function eachOnce(values: readonly unknown[]): AnchorRecord[] {
  const records = values.map(readAnchor).filter((record) => record !== undefined);
  const stamped = records.filter(({ time_stamp: stamp }) => stamp !== undefined);
  return [...new Map([...records, ...stamped].map((record) => [anchorHash(record.anchor), record])).values()];
}

async function timeOf(anchor: Anchor, stamp: string, roots: Roots): Promise<Date> {
  try {
    return (await verifyTimeStamp(Buffer.from(stamp, 'base64'), anchorText(anchor), roots)).time;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FalseTimeStamp(`The time stamp of the anchor of ${anchor.hour} does not count: ${why}`, { cause });
  }
}
