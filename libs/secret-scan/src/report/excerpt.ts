import type { Hit, Match } from '../rule.js';

const EXCERPT_MOST = 120;
const SHOWN_MOST = 40;
const BEFORE = 64;

/** The name that is given the secret, with its operator: all that an excerpt tells of the text around it. */
const NAME = /([A-Za-z_][A-Za-z_.-]{1,39}\d{0,2})(["'`\\]{0,3}[ \t]{0,3}(?:[:=]|:=|=>)[ \t]{0,3}["'`]{0,2})$/;

/** Printable ASCII of a text: no control character reaches a terminal. */
export const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

/** `NAME=ghp_****(36 more)`: name, public prefix and length, never a character of the secret itself. */
export function excerptOf(hit: Hit, match: Match): string {
  const before = hit.bytes.toString('latin1', Math.max(hit.from, match.start - BEFORE), match.start);
  const [, name = '', operator = ''] = NAME.exec(before) ?? [];
  const shown = hit.bytes.toString('latin1', match.start, match.start + Math.min(match.shown, SHOWN_MOST));
  const hidden = match.end - match.start - shown.length;
  return printable(`${name}${operator}${shown}****(${hidden} characters)`).slice(0, EXCERPT_MOST);
}
