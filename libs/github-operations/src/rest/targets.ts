import { branchRef, qualifiedRef, tagRef } from '../names.js';
import type { Intent, IntentAction, Target } from '../operation.js';
import { searchIntents } from '../search-scope.js';
import { refuse } from '../unclassifiable.js';
import type { CallParameters } from './call-parameters.js';

export interface RestCallDetails {
  /** Repository, account or number, from the path. */
  target: Target;
  params: Readonly<Record<string, string>>;
  call: CallParameters;
  actions: readonly IntentAction[];
}

type Builder = (details: RestCallDetails) => Intent[];

const ambiguous = (what: string, name: string): never =>
  refuse(
    'request_malformed',
    `The ${what} "${name.slice(0, 80)}" cannot be read in only one way; give its short name.`,
  );

const branch = (name: string): string => branchRef(name) ?? ambiguous('branch', name);
const tag = (name: string): string => tagRef(name) ?? ambiguous('tag', name);
const branchOrDefault = (name: string | undefined): { ref?: string } =>
  name === undefined ? {} : { ref: branch(name) };

/** `PATCH /git/refs/{ref}` leaves out the `refs/` that everything else has. */
const refOfPath = ({ ref = '' }: Readonly<Record<string, string>>): string =>
  qualifiedRef(`refs/${ref}`) ?? ambiguous('ref', ref);

const withRef = (action: IntentAction, { target }: RestCallDetails, extra: Target): Intent => ({
  action,
  target: { ...target, ...extra },
});

/** Without a branch the contents API writes to the default branch: no ref means exactly that. */
const writeContents: Builder = (details) => [
  withRef('ref.update', details, {
    ...branchOrDefault(details.call.text('branch')),
    paths: [details.params['path'] ?? ''],
  }),
];

const createRef: Builder = (details) => {
  const name = details.call.requiredText('ref');
  return [
    withRef('ref.create', details, {
      ref: qualifiedRef(name) ?? ambiguous('ref', name),
      commit: details.call.requiredText('sha'),
    }),
  ];
};

const updateRef: Builder = (details) => [
  withRef(details.call.flag('force') ? 'ref.force' : 'ref.update', details, {
    ref: refOfPath(details.params),
    commit: details.call.requiredText('sha'),
  }),
];

/** A tree brings files by their path; an entry that is itself a tree counts by its own path. */
const createTree: Builder = (details) => {
  const paths = details.call
    .list('tree')
    .map(({ path }) =>
      typeof path === 'string' ? path : refuse('request_malformed', 'Each entry of "tree" needs a path.'),
    );
  return [withRef('object.write', details, { paths })];
};

const renameBranch: Builder = (details) => [
  withRef('ref.delete', details, { ref: branch(details.params['branch'] ?? '') }),
  withRef('ref.create', details, { ref: branch(details.call.requiredText('new_name')) }),
];

/** Publishing a release creates its tag where there is none. */
const writeRelease: Builder = (details) => {
  const name = details.call.text('tag_name');
  const created = name === undefined ? [] : [withRef('ref.create', details, { ref: tag(name) })];
  return [{ action: 'release.write', target: details.target }, ...created];
};

/** Unless told not to, GitHub merges the default branch into the ref that is deployed. */
const createDeployment: Builder = (details) => {
  const name = details.call.requiredText('ref');
  const merges = details.call.read('auto_merge') !== false && !/^[0-9a-f]{40}$/.test(name);
  const merged = merges ? [withRef('ref.update', details, { ref: branch(name) })] : [];
  return [{ action: 'deployment.write', target: details.target }, ...merged];
};

/** The branch behind a pull request is known to GitHub only; its ref of the number stands for it. */
const updatePullBranch: Builder = (details) => [
  { action: 'pull.update', target: details.target },
  withRef('ref.update', details, { ref: `refs/pull/${details.params['pull_number'] ?? ''}/head` }),
];

const commitAutofix: Builder = (details) => {
  const name = details.call.requiredText('target_ref');
  return [withRef('ref.update', details, { ref: branch(name) })];
};

/** The template is read, and a repository appears under the owner named in the body. */
const createFromTemplate: Builder = ({ params, call }) => {
  const owner = call.text('owner');
  return [
    { action: 'repo.read', target: { owner: params['template_owner'] ?? '', repo: params['template_repo'] ?? '' } },
    { action: 'repo.create', target: owner === undefined ? { account: true } : { owner, account: true } },
  ];
};

const searchIn =
  (accountsToo: boolean): Builder =>
  ({ call }) =>
    searchIntents(call.requiredText('q'), accountsToo);

const searchLabels: Builder = ({ call }) => {
  const id = call.requiredText('repository_id');
  return /^[1-9][0-9]{0,17}$/.test(id)
    ? [{ action: 'issue.read', target: { repositoryId: id } }]
    : refuse('request_malformed', '"repository_id" must be a number.');
};

const publicSearch: Builder = () => [{ action: 'metadata.read', target: { account: true } }];

/** Operations whose target is more than repository, account and number of their path. */
const BUILDERS: Readonly<Record<string, Builder>> = {
  'repos/create-or-update-file-contents': writeContents,
  'repos/delete-file': writeContents,
  'git/create-ref': createRef,
  'git/update-ref': updateRef,
  'git/delete-ref': (details) => [withRef('ref.delete', details, { ref: refOfPath(details.params) })],
  'git/create-tree': createTree,
  'repos/merge': (details) => [
    withRef('ref.update', details, {
      ref: branch(details.call.requiredText('base')),
      commit: details.call.requiredText('head'),
    }),
  ],
  'repos/merge-upstream': (details) => [
    withRef('ref.update', details, { ref: branch(details.call.requiredText('branch')) }),
  ],
  'repos/rename-branch': renameBranch,
  'repos/create-release': writeRelease,
  'repos/update-release': writeRelease,
  'repos/create-deployment': createDeployment,
  'repos/create-using-template': createFromTemplate,
  'pulls/update-branch': updatePullBranch,
  'code-scanning/commit-autofix': commitAutofix,
  'search/code': searchIn(false),
  'search/commits': searchIn(false),
  'search/issues-and-pull-requests': searchIn(false),
  'search/labels': searchLabels,
  'search/repos': searchIn(true),
  'search/topics': publicSearch,
  'search/users': publicSearch,
};

/** The intents of a call: the reviewed actions, with what path, query and body name as their target. */
export function intentsOfRest(id: string, details: RestCallDetails): Intent[] {
  const build = Object.hasOwn(BUILDERS, id) ? BUILDERS[id] : undefined;
  return build ? build(details) : details.actions.map((action) => ({ action, target: details.target }));
}
