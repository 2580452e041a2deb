import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { scopeKey, type ScopeSubject } from './policy-scope.js';

/** An action and its groups, as policies name them. */
type Action = Pick<ScopeSubject, 'self' | 'ancestors'>;

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** ENTITY of `action == ENTITY` and the like. */
function namedAction(comparison: unknown): string | undefined {
  const { left, right } = asRecord(comparison);
  const { type, id } = asRecord(asRecord(asRecord(right)['Value'])['__entity']);
  const isEntity = asRecord(left)['Var'] === 'action' && typeof type === 'string' && typeof id === 'string';
  return isEntity ? scopeKey({ type, id }) : undefined;
}

/** Whether the condition holds for the action whatever else is the case; anything that is not understood does not. */
function alwaysHolds(condition: unknown, action: Action): boolean {
  const { '||': either, '==': same, in: within } = asRecord(condition);
  if (either !== undefined) return Object.values(asRecord(either)).some((part) => alwaysHolds(part, action));
  const group = namedAction(within);
  return namedAction(same) === action.self || (group !== undefined && action.ancestors.has(group));
}

/**
 * Whether the policy itself says that it is never about the action:
 * `unless { principal is Holdshort::Human || action == Holdshort::Action::"model.call" }`.
 */
export const leavesOut = ({ conditions }: Pick<PolicyJson, 'conditions'>, action: Action): boolean =>
  conditions.some(({ kind, body }) => kind === 'unless' && alwaysHolds(body, action));
