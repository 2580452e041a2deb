import { branchRef } from '../names.js';
import { mutationsIn } from '../graphql/mutations-in.js';
import { namesAreTheSchemas } from './plain-names.js';
import {
  at,
  commentInAddress,
  effect,
  NO_OBJECT,
  numberAt,
  numberInAddress,
  oidAt,
  stateAction,
  textAt,
  type Effect,
} from './effect.js';

type Reader = (input: unknown, payload: unknown) => Effect[];

const branch = (name: string | undefined): string | undefined => (name === undefined ? undefined : branchRef(name));
const isZero = (oid: string | undefined): boolean => oid !== undefined && /^0+$/.test(oid);

/** What names an issue or pull request of a payload, as far as the client has selected it. */
function named(subject: unknown): Pick<Effect, 'number' | 'nodeId'> {
  const address = ['url', 'permalink', 'resourcePath'].map((name) => textAt(subject, name)).find((text) => text);
  const number = numberAt(subject, 'number') ?? numberInAddress(address);
  const nodeId = textAt(subject, 'id');
  return { ...(number === undefined ? {} : { number }), ...(nodeId === undefined ? {} : { nodeId }) };
}

const changed =
  (kind: 'pull' | 'issue', field: 'pullRequestId' | 'issueId' | 'id', action?: Effect['action']): Reader =>
  (input, payload) => {
    const subject = at(payload, kind === 'pull' ? 'pullRequest' : 'issue');
    const done = action ?? stateAction(textAt(input, 'state')) ?? 'update';
    return [effect({ kind, action: done, ...named(subject), nodeId: textAt(input, field) })];
  };

const refUpdates: Reader = (input) => {
  const updates = at(input, 'refUpdates');
  return [updates].flat().map((update) => {
    const [old, next] = [oidAt(update, 'beforeOid'), oidAt(update, 'afterOid')];
    const action = isZero(next) ? 'delete' : isZero(old) ? 'create' : 'update';
    return effect({ kind: 'ref', action, ref: textAt(update, 'name'), old, new: next });
  });
};

/** The id of a commit, by itself or in its address. */
const committed = (commit: unknown): string | undefined =>
  oidAt(commit, 'oid') ?? oidAt(/\/commit\/([0-9a-f]+)$/.exec(textAt(commit, 'url') ?? ''), 1);

const commitMade: Reader = (input, payload) => [
  effect({
    kind: 'ref',
    action: 'update',
    ref: branch(textAt(input, 'branch', 'branchName')),
    // GitHub makes the commit on this one or not at all
    old: oidAt(input, 'expectedHeadOid'),
    new: committed(at(payload, 'commit')) ?? oidAt(payload, 'ref', 'target', 'oid'),
  }),
];

const commented: Reader = (_input, payload) => {
  const comment = at(payload, 'commentEdge', 'node');
  const id = commentInAddress(textAt(comment, 'url')) ?? numberAt(comment, 'databaseId')?.toString();
  return [effect({ kind: 'comment', action: 'create', id, nodeId: textAt(comment, 'id') })];
};

const MUTATIONS: Readonly<Record<string, Reader>> = {
  createCommitOnBranch: commitMade,
  createRef: (input) => [
    effect({ kind: 'ref', action: 'create', ref: textAt(input, 'name'), old: NO_OBJECT, new: oidAt(input, 'oid') }),
  ],
  updateRef: (input) => [effect({ kind: 'ref', action: 'update', new: oidAt(input, 'oid') })],
  deleteRef: () => [effect({ kind: 'ref', action: 'delete', new: NO_OBJECT })],
  updateRefs: refUpdates,
  mergeBranch: (input, payload) => [
    effect({
      kind: 'ref',
      action: 'update',
      ref: branch(textAt(input, 'base')),
      new: committed(at(payload, 'mergeCommit')),
    }),
  ],
  createPullRequest: (input, payload) => [
    effect({
      kind: 'pull',
      action: 'create',
      ref: branch(textAt(input, 'headRefName')),
      ...named(at(payload, 'pullRequest')),
    }),
  ],
  revertPullRequest: (_input, payload) => [
    effect({ kind: 'pull', action: 'create', ...named(at(payload, 'revertPullRequest')) }),
  ],
  closePullRequest: changed('pull', 'pullRequestId', 'close'),
  reopenPullRequest: changed('pull', 'pullRequestId', 'reopen'),
  updatePullRequest: changed('pull', 'pullRequestId'),
  mergePullRequest: (input, payload) => [
    effect({
      kind: 'pull',
      action: 'merge',
      new: committed(at(payload, 'pullRequest', 'mergeCommit')),
      ...named(at(payload, 'pullRequest')),
      nodeId: textAt(input, 'pullRequestId'),
    }),
  ],
  createIssue: (_input, payload) => [effect({ kind: 'issue', action: 'create', ...named(at(payload, 'issue')) })],
  closeIssue: changed('issue', 'issueId', 'close'),
  reopenIssue: changed('issue', 'issueId', 'reopen'),
  updateIssue: changed('issue', 'id'),
  addComment: commented,
};

/** @param request the parsed body @param answer the parsed answer, whose `data` is null for what failed */
export function graphqlEffects(request: unknown, answer: unknown): Effect[] {
  // a batch is answered in its order
  const parts = Array.isArray(request) ? request.map((one, n): [unknown, unknown] => [one, at(answer, n)]) : undefined;
  return (parts ?? [[request, answer]]).flatMap(([one, its]) => {
    // what a client has named itself may be any text of its own: then the input alone tells
    const isPlain = namesAreTheSchemas(one);
    return mutationsIn(one).flatMap(({ name, key, input }) => {
      const payload = at(its, 'data', key);
      if (payload === undefined || payload === null) return [];
      const read = Object.hasOwn(MUTATIONS, name) ? MUTATIONS[name] : undefined;
      return read?.(input, isPlain ? payload : {}) ?? [];
    });
  });
}
