import { branchRef, isOwnerName, isRepoName, qualifiedRef } from '../names.js';
import type { Intent, IntentAction, Target } from '../operation.js';
import { refuse } from '../unclassifiable.js';
import type { InputValue } from './input-value.js';

type Builder = (input: InputValue) => Intent[];

const ambiguous = (name: string): never =>
  refuse('request_malformed', `The ref "${name.slice(0, 80)}" cannot be read in only one way.`);
const branch = (name: string): string => branchRef(name) ?? ambiguous(name);
const qualified = (name: string): string => qualifiedRef(name) ?? ambiguous(name);
const repository = (input: InputValue): Target => ({ nodeId: input.requiredText('repositoryId') });
const isZero = (oid: string | undefined): boolean => oid !== undefined && /^0+$/.test(oid);

/** The name that GitHub will choose for a branch; no ref can hold an asterisk, so nothing real is meant. */
const CHOSEN_BY_GITHUB = 'refs/heads/*';

function pathsOf(input: InputValue): string[] {
  const changes = input.object('fileChanges');
  if (!changes) return [];
  return [...changes.list('additions'), ...changes.list('deletions')].map((change) => change.requiredText('path'));
}

/** `owner/name`, exactly one slash. */
function namedRepository(nameWithOwner: string): Target {
  const [owner = '', repo = '', ...more] = nameWithOwner.split('/');
  if (more.length > 0 || !isOwnerName(owner) || !isRepoName(repo))
    refuse('request_malformed', '"repositoryNameWithOwner" names no repository.');
  return { owner, repo };
}

function committedBranch(input: InputValue): Target {
  const id = input.text('id');
  const name = input.text('repositoryNameWithOwner');
  const short = input.text('branchName');
  if (id !== undefined && name === undefined && short === undefined) return { nodeId: id };
  if (id !== undefined || name === undefined || short === undefined)
    refuse('target_unresolved', 'A branch is named by its id, or by "repositoryNameWithOwner" and "branchName".');
  return { ...namedRepository(name), ref: branch(short) };
}

const createCommitOnBranch: Builder = (input) => {
  const target = committedBranch(
    input.object('branch') ?? refuse('target_unresolved', 'The mutation names no branch.'),
  );
  return [{ action: 'ref.update', target: { ...target, paths: pathsOf(input) } }];
};

function actionOfUpdate(update: InputValue): IntentAction {
  if (isZero(update.text('afterOid'))) return 'ref.delete';
  if (update.read('force') !== undefined && update.read('force') !== false) return 'ref.force';
  return isZero(update.text('beforeOid')) ? 'ref.create' : 'ref.update';
}

/** A deletion moves the ref to nothing. */
const commitOf = (oid: string | undefined): { commit?: string } =>
  oid === undefined || isZero(oid) ? {} : { commit: oid };

const updateRefs: Builder = (input) => {
  const target = repository(input);
  const intents = input.list('refUpdates').map((update): Intent => ({
    action: actionOfUpdate(update),
    target: { ...target, ref: qualified(update.requiredText('name')), ...commitOf(update.text('afterOid')) },
  }));
  return intents.length > 0 ? intents : refuse('target_unresolved', 'The mutation names no ref.');
};

const createLinkedBranch: Builder = (input) => {
  const name = input.text('name');
  const repositoryId = input.text('repositoryId');
  const ref = name === undefined ? CHOSEN_BY_GITHUB : branch(name);
  const issue = input.requiredText('issueId');
  return [
    { action: 'issue.write', target: { nodeId: issue } },
    { action: 'ref.create', target: { nodeId: repositoryId ?? issue, ref, commit: input.requiredText('oid') } },
  ];
};

const isForced = (input: InputValue): boolean => input.read('force') !== undefined && input.read('force') !== false;

/** The branch behind a pull request is known to GitHub only. */
const HEAD_OF_PULL = 'refs/pull/*/head';

/**
 * Mutations that move refs. A target with only the node id of a Ref (updateRef, deleteRef,
 * createCommitOnBranch by id, createDeployment) gets its ref when the id is resolved; until then no ref
 * means the default branch, the strictest reading.
 */
export const REF_MUTATIONS: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ['createCommitOnBranch', createCommitOnBranch],
  [
    'createRef',
    (input) => [
      {
        action: 'ref.create',
        target: {
          ...repository(input),
          ref: qualified(input.requiredText('name')),
          commit: input.requiredText('oid'),
        },
      },
    ],
  ],
  [
    'updateRef',
    (input) => [
      {
        action: isForced(input) ? 'ref.force' : 'ref.update',
        target: { nodeId: input.requiredText('refId'), commit: input.requiredText('oid') },
      },
    ],
  ],
  ['updateRefs', updateRefs],
  ['deleteRef', (input) => [{ action: 'ref.delete', target: { nodeId: input.requiredText('refId') } }]],
  [
    'mergeBranch',
    (input) => [
      {
        action: 'ref.update',
        target: {
          ...repository(input),
          ref: branch(input.requiredText('base')),
          commit: input.requiredText('head'),
        },
      },
    ],
  ],
  [
    'updatePullRequestBranch',
    (input) => {
      const nodeId = input.requiredText('pullRequestId');
      // A rebase rewrites the branch.
      const action = input.read('updateMethod') === 'REBASE' ? 'ref.force' : 'ref.update';
      return [
        { action: 'pull.update', target: { nodeId } },
        { action, target: { nodeId, ref: HEAD_OF_PULL } },
      ];
    },
  ],
  [
    'revertPullRequest',
    (input) => {
      const nodeId = input.requiredText('pullRequestId');
      return [
        { action: 'pull.open', target: { nodeId } },
        { action: 'ref.create', target: { nodeId, ref: CHOSEN_BY_GITHUB } },
      ];
    },
  ],
  ['createLinkedBranch', createLinkedBranch],
  [
    'deleteLinkedBranch',
    (input) => [{ action: 'issue.write', target: { nodeId: input.requiredText('linkedBranchId') } }],
  ],
  [
    'createDeployment',
    (input) => {
      const nodeId = input.requiredText('refId');
      const deployment: Intent = { action: 'deployment.write', target: repository(input) };
      // Unless told not to, GitHub merges the default branch into the ref that is deployed.
      return input.read('autoMerge') === false
        ? [deployment]
        : [deployment, { action: 'ref.update', target: { nodeId } }];
    },
  ],
]);
