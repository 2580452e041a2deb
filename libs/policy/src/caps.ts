import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { USAGE_MEASURES, type UsageMeasure, type UsagePer } from './usage.js';

/** A limit on what is allowed in an hour: with `limit` counted, the next one is refused. */
export interface Cap {
  per: UsagePer;
  measure: UsageMeasure;
  limit: number;
}

type Json = Record<string, unknown>;

const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const isMeasure = (name: unknown): name is UsageMeasure => USAGE_MEASURES.some((measure) => measure === name);

/** `["usage", "session", "writes"]` of `context.usage.session.writes`; undefined for anything else. */
export function contextPath(expression: unknown): string[] | undefined {
  const node = asJson(expression);
  if (node['Var'] === 'context') return [];
  const { left, attr } = asJson(node['.']);
  return typeof attr === 'string' ? pathWith(left, attr) : undefined;
}

function comparison(left: unknown, limit: unknown): Cap[] {
  const [root, per, measure, ...rest] = contextPath(left) ?? [];
  if (root !== 'usage' || (per !== 'session' && per !== 'engineer') || !isMeasure(measure) || rest.length > 0)
    return [];
  return typeof limit === 'number' ? [{ per, measure, limit }] : [];
}

/** Caps among the parts of a condition that must all hold. */
function capsIn(expression: unknown): Cap[] {
  const node = asJson(expression);
  const both = asJson(node['&&']);
  if ('left' in both) return [...capsIn(both['left']), ...capsIn(both['right'])];
  const atLeast = asJson(node['>=']);
  if ('left' in atLeast) return comparison(atLeast['left'], asJson(atLeast['right'])['Value']);
  const above = asJson(node['>']);
  const value = asJson(above['right'])['Value'];
  return 'left' in above && typeof value === 'number' ? comparison(above['left'], value + 1) : [];
}

/**
 * The caps that a forbid sets by `when { context.usage.session.writes >= 60 }` and the like: they say when a refused
 * call will pass again. Other uses of the counters work as well, but tell no time.
 */
export const capsOf = ({ effect, conditions }: PolicyJson): Cap[] =>
  effect === 'permit' ? [] : conditions.flatMap(({ kind, body }) => (kind === 'when' ? capsIn(body) : []));

function pathWith(left: unknown, attr: string): string[] | undefined {
  const before = contextPath(left);
  return before === undefined ? undefined : [...before, attr];
}
