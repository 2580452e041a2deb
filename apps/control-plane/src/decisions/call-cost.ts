import { INTENTS, type IntentAction } from '@holdshort/github-operations';
import { noUsage, type Usage } from '@holdshort/policy';
import type { AskedCall } from './read-request.js';

/** Of class execute, but nothing at GitHub changes by it. */
const NO_WRITES: ReadonlySet<IntentAction> = new Set(['model.call']);

const isWrite = (action: IntentAction): boolean => INTENTS[action].class !== 'read' && !NO_WRITES.has(action);

/** Distinct paths of a push, or those that the intents of another call name. */
function filesOf({ operation, push }: AskedCall): number {
  const paths = push
    ? push.refs.flatMap((ref) => ref.changedPaths)
    : operation.intents.filter(({ action }) => isWrite(action)).flatMap(({ target }) => target.paths ?? []);
  return new Set(paths).size;
}

/** What an allowed call adds to the counters. A call is one write, however many intents it has. */
export function costOf(call: AskedCall): Usage {
  const { intents } = call.operation;
  const count = (test: (action: IntentAction, ref: string) => boolean): number =>
    intents.filter(({ action, target }) => test(action, target.ref ?? '')).length;
  return {
    ...noUsage(),
    calls: 1,
    writes: intents.some(({ action }) => isWrite(action)) ? 1 : 0,
    pushes: call.push ? 1 : 0,
    files: filesOf(call),
    bytes: Number(call.push?.packBytes ?? 0),
    branches: count((action, ref) => action === 'ref.create' && !ref.startsWith('refs/tags/')),
    pulls: count((action) => action === 'pull.open'),
  };
}
