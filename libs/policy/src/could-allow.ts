import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { INTENTS, type IntentAction } from '@holdshort/github-operations';
import type { AccessPolicy } from './check-access-policies.js';
import type { DecisionPrincipal } from './decision-input.js';
import { PRINCIPAL_TYPE } from './build-request.js';
import { actionGroups } from './generate-schema.js';

/** A policy's scope with what it means when it decides. */
export interface ScopedPolicy {
  effect: AccessPolicy['effect'];
  json: PolicyJson;
}

type Who = Pick<DecisionPrincipal, 'kind' | 'id' | 'groups'>;

/** Cedar writes an entity in its JSON form with or without the `__entity` escape. */
function idOf(entity: unknown): { type: string; id: string } {
  const { __entity: escaped, ...plain } = entity as { __entity?: unknown; type?: string; id?: string };
  const { type = '', id = '' } = (escaped ?? plain) as { type?: string; id?: string };
  return { type, id };
}

const isGroupOf = (entity: unknown, { groups }: Who): boolean => {
  const { type, id } = idOf(entity);
  return type === 'Holdshort::Group' && groups.includes(id);
};

function matchesPrincipal(scope: PolicyJson['principal'], who: Who): boolean {
  const type = `Holdshort::${PRINCIPAL_TYPE[who.kind]}`;
  switch (scope.op) {
    case 'All':
      return true;
    case '==':
      return 'entity' in scope && idOf(scope.entity).type === type && idOf(scope.entity).id === who.id;
    case 'in':
      return 'entity' in scope && isGroupOf(scope.entity, who);
    case 'is':
      return scope.entity_type === type && (!scope.in || !('entity' in scope.in) || isGroupOf(scope.in.entity, who));
  }
}

function matchesAction(scope: PolicyJson['action'], action: IntentAction): boolean {
  if (scope.op === 'All') return true;
  const named = 'entities' in scope ? scope.entities : 'entity' in scope ? [scope.entity] : [];
  const meant = [action, ...actionGroups(action)];
  return named.some((entity) => meant.includes(idOf(entity).id));
}

/** A forbid that leaves nothing open: no condition, every resource, no people who could lift it. */
const forbidsAlways = ({ effect, json }: ScopedPolicy): boolean =>
  effect === 'deny' && json.resource.op === 'All' && json.conditions.length === 0;

/**
 * Whether some call with this intent could be allowed or held for the principal. Read from the scopes of the policies
 * alone, conditions are taken as met: a "yes" promises nothing, a "no" is certain. For lists of what to offer.
 */
export function couldAllow(policies: readonly ScopedPolicy[], who: Who, action: IntentAction): boolean {
  const concerning = policies.filter(
    ({ json }) => matchesPrincipal(json.principal, who) && matchesAction(json.action, action),
  );
  return concerning.some(({ effect }) => effect === 'permit') && !concerning.some(forbidsAlways);
}

/** All intents for which couldAllow says yes, in the order of the closed list. */
export const possibleActions = (policies: readonly ScopedPolicy[], who: Who): IntentAction[] =>
  (Object.keys(INTENTS) as IntentAction[]).filter((action) => couldAllow(policies, who, action));
