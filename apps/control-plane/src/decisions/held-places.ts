import type { Place } from '../credentials/ref-states.service.js';
import { placeName } from '../credentials/ref-states.service.js';
import type { CallFacts } from './judge-policies.js';
import type { ResolvedIntent } from './resolve-targets.js';

/** What a held call would change at GitHub, as far as it has a commit: its refs, and the head of a pull request to merge. */
export const placesOf = ({ targets }: Pick<CallFacts, 'targets'>): Place[] => targets.flatMap(placeOf);

function placeOf({ intent, repository }: ResolvedIntent): Place[] {
  if (!repository) return [];
  const at = { site: repository.site, owner: repository.owner, repo: repository.name };
  if (intent.action.startsWith('ref.'))
    return [{ ...at, ref: intent.target.ref ?? `refs/heads/${repository.defaultBranch}` }];
  return intent.action === 'pull.merge' && intent.target.number !== undefined
    ? [{ ...at, pull: intent.target.number }]
    : [];
}

/** What the engineer's git has seen at the time of the push: ids by the names of `placesOf`. */
export function seenByPush({ call, targets }: CallFacts): Record<string, string> {
  const old = new Map((call.push?.refs ?? []).map((ref) => [ref.ref, ref.oldId]));
  const places = placesOf({ targets });
  return Object.fromEntries(places.map((place) => [placeName(place), old.get(place.ref ?? '') ?? '']));
}

/** The first place that is no longer where it was; undefined where none moved. */
export function movedPlace(
  expected: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string | undefined {
  const moved = Object.entries(expected).find(([name, id]) => now[name] !== id);
  if (!moved) return undefined;
  const [name, id] = moved;
  return `${name} moved from ${short(id)} to ${short(now[name] ?? '')}`;
}

const short = (id: string): string => (/^0*$/.test(id) ? 'nothing' : id.slice(0, 12));
