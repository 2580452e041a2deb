import type { Hit, Match } from '../rule.js';

type Kind = 'tags' | 'selectors' | 'zero-width' | 'any';

const RUN_MOST = 512;
const CHARACTER_MOST = 4;
const FLAG = 0x1f3f4;
/** Longest tag sequence of a flag: five letters or digits and the end mark (Unicode TR 51). */
const FLAG_TAGS_MOST = 7;

const ZERO_WIDTH = new Set([
  ...[0x200b, 0x200c, 0x200d, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064],
  ...[0xfeff, 0x180e, 0x3164, 0xffa0, 0x115f, 0x1160],
]);
const isTag = (point: number): boolean => point >= 0xe0000 && point <= 0xe007f;
const isSelector = (point: number): boolean =>
  (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0100 && point <= 0xe01ef);

function isOf(kind: Kind, point: number): boolean {
  // no character of ASCII is hidden
  if (point < 0x80) return false;
  if (kind === 'tags') return isTag(point);
  if (kind === 'selectors') return isSelector(point);
  return ZERO_WIDTH.has(point) || (kind === 'any' && (isTag(point) || isSelector(point)));
}

const CONTINUES = (byte: number): boolean => (byte & 0xc0) === 0x80;
const lengthOf = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1);

/** The code point that begins at `at`; -1 where no whole character of UTF-8 does. Overlong forms do not matter here. */
function pointAt(hit: Hit, at: number): number {
  const lead = hit.bytes[at] ?? 0;
  const length = lengthOf(lead);
  if (CONTINUES(lead) || at + length > hit.to) return -1;
  let point = length === 1 ? lead : lead & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const byte = hit.bytes[at + index] ?? 0;
    if (!CONTINUES(byte)) return -1;
    point = (point << 6) | (byte & 0x3f);
  }
  return point;
}

/** The code point that ends before `at`; -1 where there is none. */
function pointBefore(hit: Hit, at: number): number {
  let start = at - 1;
  while (start > hit.from && at - start < CHARACTER_MOST && CONTINUES(hit.bytes[start] ?? 0)) start--;
  return start < hit.from ? -1 : pointAt(hit, start);
}

interface Run {
  count: number;
  last: number;
  end: number;
}

function runFrom(hit: Hit, kind: Kind): Run {
  const limit = Math.min(hit.to, hit.start + RUN_MOST);
  const run = { count: 0, last: -1, end: hit.start };
  for (let point = pointAt(hit, run.end); run.end < limit && isOf(kind, point); point = pointAt(hit, run.end)) {
    run.count++;
    run.last = point;
    run.end += lengthOf(hit.bytes[run.end] ?? 0);
  }
  hit.work += run.end - hit.start;
  return run;
}

/** England, Scotland, Wales: a black flag, tags, and the mark that ends them. */
const isFlag = (before: number, { count, last }: Run): boolean =>
  before === FLAG && count <= FLAG_TAGS_MOST && last === 0xe007f;

const SHOWN_MOST = 6;

function excerptOf(hit: Hit, { count, end }: Run): string {
  const points = Array.from(hit.bytes.toString('utf8', hit.start, end)).slice(0, SHOWN_MOST);
  const shown = points.map((point) => `U+${(point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  return `${count} invisible characters: ${shown.join(' ')}${count > SHOWN_MOST ? ' ...' : ''}`;
}

/** At least so many invisible characters in a row; told once, at the first of them. */
export function hiddenRun(kind: Kind, least: number): (hit: Hit) => Match | undefined {
  return (hit) => {
    const before = pointBefore(hit, hit.start);
    if (isOf(kind, before)) return undefined;
    const run = runFrom(hit, kind);
    if (run.count < least || isFlag(before, run)) return undefined;
    return { start: hit.start, end: run.end, shown: 0, excerpt: excerptOf(hit, run) };
  };
}

/** One bidirectional control; they do their harm one at a time. */
export function bidiControl(hit: Hit): Match {
  const [character = ''] = hit.bytes.toString('utf8', hit.start, hit.end);
  const point = character.codePointAt(0) ?? 0;
  return {
    start: hit.start,
    end: hit.end,
    shown: 0,
    excerpt: `bidirectional control U+${point.toString(16).toUpperCase()}`,
  };
}
