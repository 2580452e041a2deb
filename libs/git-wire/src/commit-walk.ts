import { EventLoopPause } from './event-loop-pause.js';
import type { ObjectView } from './object-view.js';

export interface NewCommits {
  /** Keys of the commits of the pack that the ref gains, newest first as far as parents tell. */
  keys: number[];
  /** Parents that the pack does not hold: GitHub must have them. Without a commit in the pack, the tip itself. */
  boundary: Set<string>;
  /** The old tip is among the ancestors: fast-forward is proven by ids alone. */
  reachesOld: boolean;
}

/**
 * Walks from `tip` through the commits of the pack. What the old tip reaches inside the pack is not new.
 */
export async function walkNewCommits(view: ObjectView, tip: string, oldTip: string | undefined): Promise<NewCommits> {
  const { graph } = view;
  if (graph === null) return { keys: [], boundary: new Set([tip]), reachesOld: tip === oldTip };
  const old = oldTip === undefined ? undefined : graph.numberOf(oldTip);
  const had = old === undefined ? new Set<number>() : (await reachable(view, old, new Set())).seen;
  const found = await reachable(view, graph.numberOf(tip), had);
  const reachesOld = old !== undefined && (found.seen.has(old) || found.stopped.has(old));
  const boundary = [...found.seen].filter((number) => number < 0).map((number) => graph.outside(number));
  return { keys: found.keys, boundary: new Set(boundary), reachesOld };
}

interface Reachable {
  keys: number[];
  seen: Set<number>;
  stopped: Set<number>;
}

async function reachable(view: ObjectView, tip: number, stop: ReadonlySet<number>): Promise<Reachable> {
  const result: Reachable = { keys: [], seen: new Set(), stopped: new Set() };
  const pause = new EventLoopPause();
  const queue = [tip];
  for (let next = 0; next < queue.length; next++) {
    const number = queue[next] ?? -1;
    if (result.seen.has(number)) continue;
    if (number >= 0 && stop.has(number)) result.stopped.add(number);
    else queue.push(...visit(view, number, result));
    if (pause.due()) await pause.take();
  }
  return result;
}

function visit(view: ObjectView, number: number, result: Reachable): Int32Array | number[] {
  view.countCommit();
  result.seen.add(number);
  if (number < 0) return [];
  result.keys.push(number);
  return view.graph?.parents(number) ?? [];
}
