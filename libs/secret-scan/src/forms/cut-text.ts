import type { Hit } from '../rule.js';

/** What it costs to cut and match a text of no length, in bytes of text. */
const CUT = 64;

/** Bytes of the content as a string, one character each, counted as work. */
export function cutText(hit: Hit, from: number, to: number): string {
  hit.work += CUT + Math.max(0, to - from);
  return hit.texts.cut(from, to);
}
