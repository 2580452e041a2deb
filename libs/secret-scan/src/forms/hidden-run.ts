import type { Hit, Match } from '../rule.js';

type Kind = 'tags' | 'selectors' | 'zero-width' | 'any';

const RUN_MOST = 512;
const CHARACTER_MOST = 4;
const FLAG = 0x1f3f4;
/** Longest tag sequence of a flag: five letters or digits and the end mark (Unicode TR 51). */
const FLAG_TAGS_MOST = 7;

const IS: Record<Exclude<Kind, 'any'>, (point: number) => boolean> = {
  tags: (point) => point >= 0xe0000 && point <= 0xe007f,
  selectors: (point) => (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0100 && point <= 0xe01ef),
  'zero-width': (point) =>
    (point >= 0x200b && point <= 0x200d) ||
    (point >= 0x2060 && point <= 0x2064) ||
    [0xfeff, 0x180e, 0x3164, 0xffa0, 0x115f, 0x1160].includes(point),
};

const isOf = (kind: Kind, point: number): boolean =>
  kind === 'any' ? IS.tags(point) || IS.selectors(point) || IS['zero-width'](point) : IS[kind](point);

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
  points: number[];
  end: number;
}

function runFrom(hit: Hit, kind: Kind): Run {
  const points: number[] = [];
  const limit = Math.min(hit.to, hit.start + RUN_MOST);
  let end = hit.start;
  for (let point = pointAt(hit, end); point >= 0 && end < limit && isOf(kind, point); point = pointAt(hit, end)) {
    points.push(point);
    end += lengthOf(hit.bytes[end] ?? 0);
  }
  hit.work += end - hit.start;
  return { points, end };
}

/** England, Scotland, Wales: a black flag, tags, and the mark that ends them. */
const isFlag = (before: number, { points }: Run): boolean =>
  before === FLAG && points.length <= FLAG_TAGS_MOST && points.at(-1) === 0xe007f;

const excerptOf = ({ points }: Run): string => {
  const shown = points.slice(0, 6).map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`);
  return `${points.length} invisible characters: ${shown.join(' ')}${points.length > shown.length ? ' ...' : ''}`;
};

/** At least so many invisible characters in a row; told once, at the first of them. */
export function hiddenRun(kind: Kind, least: number): (hit: Hit) => Match | undefined {
  return (hit) => {
    const before = pointBefore(hit, hit.start);
    if (isOf(kind, before)) return undefined;
    const run = runFrom(hit, kind);
    if (run.points.length < least || isFlag(before, run)) return undefined;
    return { start: hit.start, end: run.end, shown: 0, excerpt: excerptOf(run) };
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
