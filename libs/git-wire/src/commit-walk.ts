import { EventLoopPause } from './event-loop-pause.js';
import type { Commit } from './git-objects.js';
import type { ObjectView } from './object-view.js';

export interface NewCommits {
  /** Commits of the pack that the ref gains, newest first as far as parents tell. */
  commits: { id: string; commit: Commit }[];
  /** Parents that the pack does not hold: GitHub must have them. */
  boundary: Set<string>;
  /** The old tip is among the ancestors: fast-forward is proven by ids alone. */
  reachesOld: boolean;
}

/**
 * Walks from `tip` through the commits of the pack. What the old tip reaches inside the pack is not new.
 */
export async function walkNewCommits(view: ObjectView, tip: string, oldTip: string | undefined): Promise<NewCommits> {
  const had = oldTip === undefined ? new Set<string>() : new Set((await reachable(view, oldTip, new Set())).ids);
  const found = await reachable(view, tip, had);
  const reachesOld =
    oldTip !== undefined && (found.ids.has(oldTip) || found.boundary.has(oldTip) || found.stopped.has(oldTip));
  return { commits: found.commits, boundary: found.boundary, reachesOld };
}

interface Reachable extends Omit<NewCommits, 'reachesOld'> {
  ids: Set<string>;
  stopped: Set<string>;
}

async function reachable(view: ObjectView, tip: string, stop: ReadonlySet<string>): Promise<Reachable> {
  const result: Reachable = { commits: [], boundary: new Set(), ids: new Set(), stopped: new Set() };
  const pause = new EventLoopPause();
  const queue = [tip];
  for (let next = 0; next < queue.length; next++) {
    const id = queue[next] ?? '';
    if (result.ids.has(id)) continue;
    if (stop.has(id)) result.stopped.add(id);
    else queue.push(...visit(view, id, result));
    if (pause.due()) await pause.take();
  }
  return result;
}

function visit(view: ObjectView, id: string, result: Reachable): string[] {
  view.countCommit();
  const commit = view.pack?.commit(id);
  if (commit === undefined) {
    result.boundary.add(id);
    return [];
  }
  result.ids.add(id);
  result.commits.push({ id, commit });
  return commit.parents;
}
