import type { Hit, Match } from '../rule.js';

/** How far a comment on the same or the previous line is looked for. */
const REACH = 512;
const COMMENT = /holdshort:allow[ \t]{1,4}([a-z0-9-]{1,64}(?:[ \t]{0,2},[ \t]{0,2}[a-z0-9-]{1,64}){0,15})/g;

/** Whether `holdshort:allow RULE` (or several, with commas) stands on the line of the match or on the one before. */
export function isAllowedInline(hit: Hit, match: Match, rule: string): boolean {
  const before = hit.bytes.toString('latin1', Math.max(hit.from, match.start - REACH), match.start);
  const after = hit.bytes.toString('latin1', match.end, Math.min(hit.to, match.end + REACH));
  const near = `${before.split('\n').slice(-2).join('\n')} ${after.split('\n', 1)[0] ?? ''}`;
  return [...near.matchAll(COMMENT)].some(([, rules = '']) => rules.split(/[ \t]{0,2},[ \t]{0,2}/).includes(rule));
}
