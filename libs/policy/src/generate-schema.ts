import { INTENTS, OPERATION_CLASSES, type IntentAction } from '@holdshort/github-operations';
import { USAGE_MEASURES } from './usage.js';

/** Intents that move a ref: for them `context.push` always stands, so a policy can use it unguarded. */
export const REF_INTENTS = [
  'ref.create',
  'ref.update',
  'ref.force',
  'ref.delete',
] as const satisfies readonly IntentAction[];

/** Action group of REF_INTENTS: one name for "changes a ref, by whatever surface". */
export const REF_CHANGE_GROUP = 'ref.change';

const isRefIntent = (action: IntentAction): boolean => REF_INTENTS.some((ref) => ref === action);

const quoteAll = (texts: readonly string[]): string => texts.map((text) => JSON.stringify(text)).join(', ');

const ENTITIES = `
  entity Group in [Group];
  entity Human in [Group] = { "login": String, "sub": String };
  entity Assistant in [Group] = { "login": String, "sub": String, "tool": String };
  entity Workload in [Group] = { "login": String, "sub": String };
  entity Org;
  entity RepoSet;
  entity Repo in [Org, RepoSet] = {
    "owner": String, "name": String, "defaultBranch": String, "visibility": String,
    "archived": Bool, "protectedRefs": Set<String>
  };
  entity Account;
  type Push = {
    "ref": String, "kind": String, "isDefault": Bool, "isProtected": Bool,
    "commits": Long, "files": Long, "bytes": Long, "pathClasses": Set<String>, "secrets": Long
  };
  type LocalTime = { "minuteOfDay": Long, "hour": Long, "weekday": Long };
  type Usage = { ${USAGE_MEASURES.map((measure) => `"${measure}": Long`).join(', ')} };`;

const contextType = (name: string, push: string): string => `
  type ${name} = {
    "now": datetime, "minuteOfDay": Long, "weekday": Long, "local": LocalTime,
    "surface": String, "operation": String, "method": String,
    "session": { "id": String, "humanPresent": Bool, "tainted": Bool, "breakGlass": Bool },
    "toPublic": Bool, "usage": { "session": Usage, "engineer": Usage },
    "gates": Set<Gate>, "findings": Set<String>, ${push}: Push
  };`;

/** The action groups that an intent stands in: its class, and `ref.change` where it moves a ref. */
export const actionGroups = (action: IntentAction): string[] => [
  INTENTS[action].class,
  ...(isRefIntent(action) ? [REF_CHANGE_GROUP] : []),
];

function actionLine(action: IntentAction): string {
  const groups = actionGroups(action);
  const context = isRefIntent(action) ? 'RefContext' : 'CallContext';
  return `  action ${JSON.stringify(action)} in [${quoteAll(groups)}] appliesTo { principal: [Human, Assistant, Workload], resource: [Repo, Org, Account], context: ${context} };`;
}

/** Cedar refuses an empty enumeration; a set without holds gets this gate, which nothing can open. */
const NO_GATE = '(none)';

/**
 * The Cedar schema (human-readable form) of all intents, so that intents and actions cannot drift.
 * Each action stands in the group of its class. `minuteOfDay` and `weekday` (ISO, 1 = Monday) are UTC, `local` is
 * the same in the set's time zone. `usage` counts what was allowed in the hour before this call, `toPublic` tells
 * that everybody can read what the call would write.
 * `gates` are the names that the policies' `@gate` annotations use. `findings` are of the kinds in
 * finding-kinds.ts, whatever surface the content came by; an empty set where nothing was found.
 */
export function generateSchema(gates: readonly string[]): string {
  const groups = [...OPERATION_CLASSES, REF_CHANGE_GROUP].map((group) => `  action ${JSON.stringify(group)};`);
  const actions = (Object.keys(INTENTS) as IntentAction[]).map(actionLine);
  const gateNames = gates.length === 0 ? [NO_GATE] : gates;
  return [
    'namespace Holdshort {',
    `  entity Gate enum [${quoteAll(gateNames)}];${ENTITIES}`,
    contextType('CallContext', '"push"?'),
    contextType('RefContext', '"push"'),
    ...groups,
    ...actions,
    '}',
    '',
  ].join('\n');
}
