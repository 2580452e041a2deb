import { schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { HoldshortError } from '@holdshort/errors';
import { scopeKey } from './policy-scope.js';

const NAMESPACE = 'Holdshort';
const keyOf = (id: string): string => scopeKey({ type: `${NAMESPACE}::Action`, id });

/** Every action of the schema with the groups that it belongs to, itself among them, all as scope keys. */
export function actionAncestors(schema: string): ReadonlyMap<string, ReadonlySet<string>> {
  const answer = schemaToJson(schema);
  if (answer.type === 'failure') throw new HoldshortError('policy_error', 'A checked schema could not be read.');
  const actions = answer.json[NAMESPACE]?.actions ?? {};
  const collect = (id: string, seen: Set<string>): Set<string> => {
    if (seen.has(keyOf(id))) return seen;
    seen.add(keyOf(id));
    for (const parent of actions[id]?.memberOf ?? []) collect(parent.id, seen);
    return seen;
  };
  return new Map(Object.keys(actions).map((id) => [id, collect(id, new Set())]));
}
