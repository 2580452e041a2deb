import type { Operation, Target } from '../operation.js';
import { at, effect, NO_OBJECT, numberAt, oidAt, stateAction, textAt, type Effect } from './effect.js';

interface AnsweredCall {
  target: Target;
  /** Of the second intent, where the operation has two. */
  second: Target;
  request: unknown;
  answer: unknown;
}

type Reader = (call: AnsweredCall) => Effect[];

/** The contents API answers with the commit that it made; the branch stood at its parent. */
const commitMade: Reader = ({ target: { ref }, answer }) => [
  effect({
    kind: 'ref',
    action: 'update',
    ref,
    old: oidAt(answer, 'commit', 'parents', 0, 'sha'),
    new: oidAt(answer, 'commit', 'sha'),
  }),
];

/** Answered with the merge commit, or with nothing where there was nothing to merge. */
const branchesMerged: Reader = ({ target: { ref }, answer }) => {
  const made = oidAt(answer, 'sha');
  const old = oidAt(answer, 'parents', 0, 'sha');
  return made === undefined ? [] : [effect({ kind: 'ref', action: 'update', ref, old, new: made })];
};

const refUpdated: Reader = ({ target: { ref }, answer }) => [
  effect({ kind: 'ref', action: 'update', ref, new: oidAt(answer, 'object', 'sha') }),
];

const branchRenamed: Reader = ({ target, second, answer }) => {
  const id = oidAt(answer, 'commit', 'sha');
  return [
    effect({ kind: 'ref', action: 'create', ref: second.ref, old: NO_OBJECT, new: id }),
    effect({ kind: 'ref', action: 'delete', ref: target.ref, old: id, new: NO_OBJECT }),
  ];
};

const pullOpened: Reader = ({ answer }) => {
  const head = textAt(answer, 'head', 'ref');
  const ref = head === undefined ? undefined : `refs/heads/${head}`;
  return [effect({ kind: 'pull', action: 'create', number: numberAt(answer, 'number'), ref })];
};

/** A pull request is an issue as well: its answer tells. */
const stateChanged =
  (kind: 'pull' | 'issue'): Reader =>
  ({ target: { number }, request, answer }) => {
    const action = stateAction(textAt(request, 'state')) ?? 'update';
    const isPull = kind === 'pull' || at(answer, 'pull_request') !== undefined;
    return [effect({ kind: isPull ? 'pull' : 'issue', action, number })];
  };

const REST: Readonly<Record<string, Reader>> = {
  'repos/create-or-update-file-contents': commitMade,
  'repos/delete-file': commitMade,
  'repos/merge': branchesMerged,
  'repos/rename-branch': branchRenamed,
  'git/create-ref': ({ target: { ref }, answer }) => [
    effect({ kind: 'ref', action: 'create', ref, old: NO_OBJECT, new: oidAt(answer, 'object', 'sha') }),
  ],
  'git/update-ref': refUpdated,
  'git/delete-ref': ({ target: { ref } }) => [effect({ kind: 'ref', action: 'delete', ref, new: NO_OBJECT })],
  'pulls/create': pullOpened,
  'pulls/update': stateChanged('pull'),
  'pulls/merge': ({ target: { number }, answer }) => [
    effect({ kind: 'pull', action: 'merge', number, new: oidAt(answer, 'sha') }),
  ],
  'issues/create': ({ answer }) => [effect({ kind: 'issue', action: 'create', number: numberAt(answer, 'number') })],
  'issues/update': stateChanged('issue'),
  'issues/create-comment': ({ target: { number }, answer }) => [
    effect({ kind: 'comment', action: 'create', number, id: idText(at(answer, 'id')) }),
  ],
};

const idText = (id: unknown): string | undefined => (typeof id === 'number' ? String(id) : undefined);

/** @param request the parsed body @param answer the parsed answer of a call that succeeded */
export function restEffects(operation: Operation, request: unknown, answer: unknown): Effect[] {
  const read = Object.hasOwn(REST, operation.id) ? REST[operation.id] : undefined;
  const [first, second] = operation.intents;
  return read?.({ target: first?.target ?? {}, second: second?.target ?? {}, request, answer }) ?? [];
}
