import type { Hit, Match } from '../rule.js';

type Kind = 'tags' | 'selectors' | 'zero-width' | 'any';

const RUN_MOST = 512;
const CHARACTER_MOST = 4;
const FLAG = '\u{1f3f4}';
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
  kind === 'any' ? Object.values(IS).some((is) => is(point)) : IS[kind](point);

/** The character that ends before `at`; undefined where that is no whole character of more than one byte. */
function characterBefore(hit: Hit, at: number): string | undefined {
  let start = at - 1;
  while (start > hit.from && at - start < CHARACTER_MOST && ((hit.bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start < hit.from ? undefined : Array.from(hit.bytes.toString('utf8', start, at)).at(-1);
}

interface Run {
  points: number[];
  end: number;
}

function runFrom(hit: Hit, kind: Kind): Run {
  const text = hit.bytes.toString('utf8', hit.start, Math.min(hit.to, hit.start + RUN_MOST));
  const points: number[] = [];
  let end = hit.start;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (!isOf(kind, point)) break;
    points.push(point);
    end += Buffer.byteLength(character);
  }
  return { points, end };
}

/** England, Scotland, Wales: a black flag, tags, and the mark that ends them. */
const isFlag = (before: string | undefined, { points }: Run): boolean =>
  before === FLAG && points.length <= FLAG_TAGS_MOST && points.at(-1) === 0xe007f;

const excerptOf = ({ points }: Run): string => {
  const shown = points.slice(0, 6).map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`);
  return `${points.length} invisible characters: ${shown.join(' ')}${points.length > shown.length ? ' ...' : ''}`;
};

/** At least so many invisible characters in a row; told once, at the first of them. */
export function hiddenRun(kind: Kind, least: number): (hit: Hit) => Match | undefined {
  return (hit) => {
    const before = characterBefore(hit, hit.start);
    if (before !== undefined && isOf(kind, before.codePointAt(0) ?? 0)) return undefined;
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
