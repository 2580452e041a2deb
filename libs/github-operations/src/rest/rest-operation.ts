import { OPERATION_CLASSES, INTENTS, type IntentAction, type OperationClass } from '../operation.js';
import { EXTRA_OPERATIONS } from './extra-operations.js';
import { CATEGORY_INTENTS, OPERATION_INTENTS } from './intents.js';
import { REST_TABLE } from './table.gen.js';

export interface RestOperation {
  method: string;
  /** `/repos/{owner}/{repo}/contents/{+path}`; `{+x}` spans slashes. */
  template: string;
  id: string;
  category: string;
  /** Served by uploads.github.com and nowhere else. */
  uploads: boolean;
}

function parseRow(row: string): RestOperation {
  const [method = '', template = '', id = '', category = '', host] = row.split(' ');
  return { method, template, id, category, uploads: host === 'uploads' };
}

const rowsOf = (table: string): string[] => table.split('\n').filter((row) => row !== '');

/** The operations of GitHub's document. */
export const DOCUMENTED_OPERATIONS: readonly RestOperation[] = rowsOf(REST_TABLE).map(parseRow);

/** All that the router knows. */
export const REST_OPERATIONS: readonly RestOperation[] = [
  ...DOCUMENTED_OPERATIONS,
  ...rowsOf(EXTRA_OPERATIONS).map(parseRow),
];

/** What the operation does; undefined where nobody has said so yet, which means refused. */
export function actionsOf({ id, category, method }: RestOperation): readonly IntentAction[] | undefined {
  const own = OPERATION_INTENTS[id];
  if (own) return own;
  const [read, write] = CATEGORY_INTENTS[category] ?? ['-', '-'];
  const action = method === 'GET' ? read : write;
  return action === '-' ? undefined : [action];
}

/** The gravest class among actions. */
export function classOf(actions: readonly IntentAction[]): OperationClass {
  const grades = actions.map((action) => OPERATION_CLASSES.indexOf(INTENTS[action].class));
  return OPERATION_CLASSES[Math.max(...grades)] ?? 'secretful';
}
