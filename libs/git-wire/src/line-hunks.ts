/** A piece of a unified diff. Lines are numbered from 1; a side without lines begins at 0, as `diff -u` writes it. */
export interface Hunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** Each begins with a blank (same), `-` (removed) or `+` (added), without a line feed. */
  lines: string[];
}

/** One line of a comparison, by its places in the two texts; one is -1 where the line is not there. */
interface Step {
  before: number;
  after: number;
}

const CONTEXT = 3;
/** Edits that are looked for: their square is the memory, in bytes about 4 MB. Texts further apart are shown as replaced. */
const MOST_EDITS = 1000;

export interface HunkText {
  /** Compared. */
  lines: readonly string[];
  /** Shown in their place; as many. */
  shown: readonly string[];
}

/** What became of a text, line by line, with three lines around each change (E. Myers, "An O(ND) difference algorithm", 1986). */
export function lineHunks(before: HunkText, after: HunkText): Hunk[] {
  const steps = compare(before.lines, after.lines);
  return ranges(steps).map(([from, to]) => hunkOf(steps.slice(from, to), before, after));
}

function compare(a: readonly string[], b: readonly string[]): Step[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1;
  const middle = edits(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return [
    ...same(head, 0, 0),
    ...middle.map((step) => ({
      before: step.before < 0 ? -1 : step.before + head,
      after: step.after < 0 ? -1 : step.after + head,
    })),
    ...same(tail, a.length - tail, b.length - tail),
  ];
}

const same = (count: number, before: number, after: number): Step[] =>
  Array.from({ length: count }, (_, n) => ({ before: before + n, after: after + n }));

const replaced = (a: number, b: number): Step[] => [
  ...Array.from({ length: a }, (_, n) => ({ before: n, after: -1 })),
  ...Array.from({ length: b }, (_, n) => ({ before: -1, after: n })),
];

function edits(a: readonly string[], b: readonly string[]): Step[] {
  if (a.length === 0 || b.length === 0) return replaced(a.length, b.length);
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d += 1) {
    trace.push(reach.slice(most + 1 - d - 1, most + 1 + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const end = furthest({ a, b, reach, middle: most + 1 }, d, k);
      if (end >= a.length && end - k >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return replaced(a.length, b.length);
}

interface Front {
  a: readonly string[];
  b: readonly string[];
  reach: Int32Array;
  middle: number;
}

const isDown = (reach: Int32Array, middle: number, d: number, k: number): boolean =>
  k === -d || (k !== d && (reach[middle + k - 1] ?? 0) < (reach[middle + k + 1] ?? 0));

/** How far diagonal `k` gets with `d` edits; kept in `reach`. */
function furthest({ a, b, reach, middle }: Front, d: number, k: number): number {
  let x = isDown(reach, middle, d, k) ? (reach[middle + k + 1] ?? 0) : (reach[middle + k - 1] ?? 0) + 1;
  while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
  reach[middle + k] = x;
  return x;
}

function walkBack(trace: readonly Int32Array[], length: number, other: number): Step[] {
  const steps: Step[] = [];
  let [x, y] = [length, other];
  for (let d = trace.length - 1; d > 0; d -= 1) {
    const reach = trace[d] ?? new Int32Array();
    const k = x - y;
    const from = isDown(reach, d + 1, d, k) ? k + 1 : k - 1;
    const [startX, startY] = [reach[d + 1 + from] ?? 0, (reach[d + 1 + from] ?? 0) - from];
    while (x > startX && y > startY) steps.push({ before: --x, after: --y });
    steps.push(from > k ? { before: -1, after: --y } : { before: --x, after: -1 });
  }
  while (x > 0 && y > 0) steps.push({ before: --x, after: --y });
  return steps.reverse();
}

/** From where to where in the steps each hunk goes; changes that are near each other share one. */
function ranges(steps: readonly Step[]): [number, number][] {
  const found: [number, number][] = [];
  steps.forEach(({ before, after }, n) => {
    if (before >= 0 && after >= 0) return;
    const last = found.at(-1);
    if (last && n - CONTEXT <= last[1]) last[1] = Math.min(steps.length, n + 1 + CONTEXT);
    else found.push([Math.max(0, n - CONTEXT), Math.min(steps.length, n + 1 + CONTEXT)]);
  });
  return found;
}

function hunkOf(steps: readonly Step[], before: HunkText, after: HunkText): Hunk {
  const olds = steps.filter((step) => step.before >= 0);
  const news = steps.filter((step) => step.after >= 0);
  return {
    oldStart: (olds[0]?.before ?? -1) + 1,
    oldLines: olds.length,
    newStart: (news[0]?.after ?? -1) + 1,
    newLines: news.length,
    lines: steps.map((step) => lineOf(step, before, after)),
  };
}

function lineOf(step: Step, before: HunkText, after: HunkText): string {
  if (step.before < 0) return `+${after.shown[step.after] ?? ''}`;
  return `${step.after < 0 ? '-' : ' '}${before.shown[step.before] ?? ''}`;
}
