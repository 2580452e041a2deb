import { byteClass, skip } from '../checks/byte-class.js';
import type { Hit } from '../rule.js';
import { CLASS, ending } from './leading-bytes.js';

/** An expression that is one class with its bounds, and the bytes that must not follow it. */
export interface ClassRun {
  table: Uint8Array;
  least: number;
  most: number;
  after: Uint8Array;
}

/** Reads an expression such as `[a-z]{20,40}`; `undefined` where it is more than that. */
export function classRun(source: string): ClassRun | undefined {
  const [whole, spec, least, most = least] = CLASS.exec(source) ?? [];
  if (spec === undefined || least === undefined || whole !== source) return undefined;
  const [, after = ''] = /\[(.+)\]/.exec(ending(source)) ?? [];
  return { table: byteClass(spec), least: Number(least), most: Number(most), after: byteClass(after) };
}

/**
 * Whether such an expression matches the bytes from `at` to `limit`. Where too many bytes of the class follow, an expression would
 * try every shorter run. Counts its work where it does not match; what matches is cut out, and counted then.
 */
export function runFits(hit: Hit, at: number, limit: number, { table, least, most, after }: ClassRun): boolean {
  const longest = skip(hit.bytes, table, at, Math.min(limit, at + most));
  let end = longest;
  while (end - at >= least && end < limit && after[hit.bytes[end] ?? 0] === 1) end--;
  if (end - at >= least) return true;
  hit.work += longest - at;
  return false;
}
