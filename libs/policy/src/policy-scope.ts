import type { PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';

/** One line of a policy's head, as far as it narrows. `entities` are meant as "is, or is a descendant of, one of". */
export interface ScopeLine {
  /** Fully qualified entity type; undefined for any. */
  type?: string;
  /** Keys as `scopeKey` makes them; undefined for any. */
  entities?: readonly string[];
  /** The line says `==`: descendants do not count. */
  exact: boolean;
}

/** The head of a policy: whom, what and where it is about before any condition is looked at. */
export interface PolicyScope {
  principal: ScopeLine;
  action: ScopeLine;
  resource: ScopeLine;
}

/** Who, what and where of one request, with everything that they descend from. */
export interface ScopeQuestion {
  principal: ScopeSubject;
  action: ScopeSubject;
  resource: ScopeSubject;
}

export interface ScopeSubject {
  type: string;
  self: string;
  /** `self` among them. */
  ancestors: ReadonlySet<string>;
}

export const scopeKey = ({ type, id }: TypeAndId): string => `${type} ${id}`;

type Constraint = PolicyJson['principal'] | PolicyJson['action'] | PolicyJson['resource'];
type Named = { entity: TypeAndId | { __entity: TypeAndId } };

const keyOf = ({ entity }: Named): string => scopeKey('__entity' in entity ? entity.__entity : entity);

function lineOf(constraint: Constraint): ScopeLine {
  if (constraint.op === 'All') return { exact: false };
  if (constraint.op === 'is') {
    const { entity_type: type, in: within } = constraint as { entity_type: string; in?: Named };
    return { type, exact: false, ...(within ? { entities: [keyOf(within)] } : {}) };
  }
  const exact = constraint.op === '==';
  if ('entities' in constraint) return { exact, entities: constraint.entities.map((entity) => keyOf({ entity })) };
  if ('entity' in constraint) return { exact, entities: [keyOf(constraint)] };
  // Templates are refused at loading; whatever else Cedar may come to write is looked at by Cedar itself.
  return { exact: false };
}

export const scopeOf = ({ principal, action, resource }: PolicyJson): PolicyScope => ({
  principal: lineOf(principal),
  action: lineOf(action),
  resource: lineOf(resource),
});

function lineMatches(line: ScopeLine, subject: ScopeSubject): boolean {
  if (line.type !== undefined && line.type !== subject.type) return false;
  if (line.entities === undefined) return true;
  return line.exact
    ? line.entities.includes(subject.self)
    : line.entities.some((entity) => subject.ancestors.has(entity));
}

/** Whether Cedar would look at the policy's conditions at all; where it would not, the policy has no effect and no error. */
export const scopeMatches = (scope: PolicyScope, question: ScopeQuestion): boolean =>
  lineMatches(scope.action, question.action) &&
  lineMatches(scope.resource, question.resource) &&
  lineMatches(scope.principal, question.principal);
