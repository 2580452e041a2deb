import type { TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { CedarRequest } from './build-request.js';
import { scopeKey, type ScopeQuestion, type ScopeSubject } from './policy-scope.js';

const asUid = (uid: CedarRequest['entities'][number]['uid']): TypeAndId => ('__entity' in uid ? uid.__entity : uid);

/** Everything that `start` descends from in the slice of entities, itself among it. */
function ancestorsOf(start: string, parents: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set([start]);
  // A set may be added to while it is walked; what is added is walked too.
  for (const key of seen) for (const parent of parents.get(key) ?? []) seen.add(parent);
  return seen;
}

/** Who, what and where of a request as the index looks at it. */
export function scopeQuestion(
  { principal, action, resource, entities }: CedarRequest,
  actions: ReadonlyMap<string, ReadonlySet<string>>,
): ScopeQuestion {
  const parents = new Map(
    entities.map((entity) => [scopeKey(asUid(entity.uid)), entity.parents.map((parent) => scopeKey(asUid(parent)))]),
  );
  const subject = (uid: TypeAndId): ScopeSubject => {
    const self = scopeKey(uid);
    return { type: uid.type, self, ancestors: ancestorsOf(self, parents) };
  };
  const self = scopeKey(action);
  return {
    principal: subject(principal),
    resource: subject(resource),
    action: { type: action.type, self, ancestors: actions.get(action.id) ?? new Set([self]) },
  };
}
