import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { contextPath } from './caps.js';

/** What the conditions of a policy look at beside the scope. */
export interface PolicyReads {
  /** Paths below `context`, as far as they are written: `push.ref`, `usage.session.writes`, `push` of `context has push`. */
  context: ReadonlySet<string>;
  /** Attributes of the principal: the login for one. */
  principal: boolean;
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The longest context path that the expression itself is, `has` included; undefined for anything else. */
function pathOf(expression: unknown): string | undefined {
  const { left, attr } = asRecord(asRecord(expression)['has']);
  const path = contextPath(expression) ?? (typeof attr === 'string' ? contextPath(left)?.concat(attr) : undefined);
  return path?.join('.');
}

function collect(expression: unknown, context: Set<string>): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  const path = pathOf(expression);
  if (path !== undefined) return (context.add(path), false);
  const { left } = asRecord(asRecord(expression)['.'] ?? asRecord(expression)['has']);
  const own = asRecord(left)['Var'] === 'principal';
  return Object.values(expression).reduce<boolean>((seen, part) => collect(part, context) || seen, own);
}

export function readsOf({ conditions }: Pick<PolicyJson, 'conditions'>): PolicyReads {
  const context = new Set<string>();
  return { principal: collect(conditions, context), context };
}

const isWithin = (path: string, whole: string): boolean =>
  whole === '' || path === whole || path.startsWith(`${whole}.`);

/** Whether something at the path below `context`, or anything that holds it or that it holds, is looked at. */
export const looksAt = ({ context }: PolicyReads, path: string): boolean =>
  [...context].some((read) => isWithin(path, read) || isWithin(read, path));
