import { OPERATION_CLASSES, INTENTS, type IntentAction, type OperationClass } from '../operation.js';
import { EXTRA_OPERATIONS } from './extra-operations.js';
import { CATEGORY_INTENTS, OPERATION_INTENTS } from './intents.js';
import { ENTERPRISE_TABLE, REST_TABLE } from './table.gen.js';

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

/** The operations of api.github.com's document. */
export const DOCUMENTED_OPERATIONS: readonly RestOperation[] = rowsOf(REST_TABLE).map(parseRow);

/** What GitHub Enterprise Cloud and Enterprise Server have besides. */
export const ENTERPRISE_OPERATIONS: readonly RestOperation[] = rowsOf(ENTERPRISE_TABLE).map(parseRow);

const ENTERPRISE = new Set(ENTERPRISE_OPERATIONS);

/** Addresses of an enterprise or of the installation itself: whatever is done there is administration. */
const OF_INSTALLATION = /^\/(?:enterprises?|enterprise-installation|admin|setup|manage)\//;

/** All that the router knows. */
export const REST_OPERATIONS: readonly RestOperation[] = [
  ...DOCUMENTED_OPERATIONS,
  ...ENTERPRISE_OPERATIONS,
  ...rowsOf(EXTRA_OPERATIONS).map(parseRow),
];

/** What the operation does; undefined where nobody has said so yet, which means refused. */
export function actionsOf(operation: RestOperation): readonly IntentAction[] | undefined {
  const { id, category, method, template } = operation;
  const own = OPERATION_INTENTS[id];
  if (own) return own;
  if (ENTERPRISE.has(operation) && OF_INSTALLATION.test(template))
    return [method === 'GET' ? 'admin.read' : 'org.admin'];
  const [read, write] = CATEGORY_INTENTS[category] ?? ['-', '-'];
  const action = method === 'GET' ? read : write;
  return action === '-' ? undefined : [action];
}

/** The gravest class among actions. */
export function classOf(actions: readonly IntentAction[]): OperationClass {
  const grades = actions.map((action) => OPERATION_CLASSES.indexOf(INTENTS[action].class));
  return OPERATION_CLASSES[Math.max(...grades)] ?? 'secretful';
}
