/** What a way ends in for an assistant. */
export type Verdict = 'refused' | 'held' | 'passes';

/**
 * One way to change a branch or what protects it: a bash script in a clone of acme/app, inside a session. It sees
 * B (the branch), R (the repository's node id), N (its number), REF (the branch's node id), OLD (the branch's
 * commit), NEW (a commit on top of main that GitHub has), PR (a pull request from topic/pr to main) with PRN (its
 * node id), and the functions `gh_graphql` and `octokit`.
 */
export interface Way {
  name: string;
  client: 'git' | 'gh' | 'octokit' | 'curl';
  surface: 'git' | 'rest' | 'graphql';
  /** One of them stands in the event of the refused call. */
  intents: readonly string[];
  script: string;
  /** Towards main. */
  main: 'refused' | 'held';
  /** Towards a branch under wip/; absent where the way has no branch, or only leads to main. */
  topic?: Verdict;
}

const REF = ['ref.update', 'ref.create', 'ref.force', 'ref.delete'];
const PROTECTION = ['protection.update'];
const ADMIN = ['repo.admin'];
const MERGE = ['pull.merge'];
const COMMIT = 'git commit -q --allow-empty -m w &&';

const way = (
  kind: Pick<Way, 'client' | 'surface'>,
  name: string,
  script: string,
  verdicts: Partial<Pick<Way, 'main' | 'topic' | 'intents'>> = {},
): Way => ({ ...kind, name, script, intents: REF, main: 'refused', ...verdicts });

type Rest = [name: string, script: string, verdicts?: Partial<Pick<Way, 'main' | 'topic' | 'intents'>>];
const all = (kind: Pick<Way, 'client' | 'surface'>, rows: readonly Rest[]): Way[] =>
  rows.map(([name, script, verdicts]) => way(kind, name, script, verdicts));

const PASSES = { topic: 'passes' } as const;
const FILE = `-f message=m -f content=eA==`;

const GIT = all({ client: 'git', surface: 'git' }, [
  ['push', `${COMMIT} git push -q origin HEAD:$B`, PASSES],
  ['push with the full ref name', `${COMMIT} git push -q origin HEAD:refs/heads/$B`, PASSES],
  ['push to heads/NAME', `${COMMIT} git push -q origin HEAD:heads/$B`, PASSES],
  ['push of another local branch', `${COMMIT} git branch -qf other && git push -q origin other:$B`, PASSES],
  ['push of a tag onto the branch', `${COMMIT} git tag -f t0 && git push -q origin refs/tags/t0:refs/heads/$B`, PASSES],
  ['push among other branches', `${COMMIT} git push -q origin HEAD:refs/heads/wip/more-$RANDOM HEAD:$B`, PASSES],
  [
    'atomic push among others',
    `${COMMIT} git push -q --atomic origin HEAD:refs/heads/wip/more-$RANDOM HEAD:$B`,
    PASSES,
  ],
  ['forced push', `git commit -q --amend --allow-empty -m w && git push -q --force origin HEAD:$B`, PASSES],
  ['forced push by a plus sign', `git commit -q --amend --allow-empty -m w && git push -q origin +HEAD:$B`, PASSES],
  [
    'forced push with lease',
    `git commit -q --amend --allow-empty -m w && git push -q --force-with-lease=$B:$OLD origin HEAD:$B`,
    PASSES,
  ],
  ['push of an older commit', `git push -q --force origin origin/main~1:$B`, PASSES],
  ['deletion', `git push -q origin --delete $B`, PASSES],
  ['deletion by an empty source', `git push -q origin :refs/heads/$B`, PASSES],
  ['mirror push', `${COMMIT} git push -q --mirror origin`],
  ['push of all branches', `git checkout -q -B $B && ${COMMIT} git push -q --all origin`],
  ['push by push.default', `git checkout -q -B $B && ${COMMIT} git -c push.default=current push -q origin`, PASSES],
  [
    'push to the repository under another case',
    `${COMMIT} git push -q https://github.com/ACME/App.git HEAD:$B`,
    PASSES,
  ],
  ['push to the repository without .git', `${COMMIT} git push -q https://github.com/acme/app HEAD:$B`, PASSES],
  [
    'push to the endpoint',
    `${COMMIT} git -c http.proxy= push -q $HOLDSHORT_AGENT_ENDPOINT/git/acme/app.git HEAD:$B`,
    PASSES,
  ],
  ['push to an ssh address', `${COMMIT} git push -q git@github.com:acme/app.git HEAD:$B`, PASSES],
]);

const GH = all({ client: 'gh', surface: 'rest' }, [
  ['contents PUT', `gh api -X PUT repos/acme/app/contents/w-$RANDOM.txt ${FILE} -f branch=$B`, PASSES],
  [
    'contents PUT with the full ref name',
    `gh api -X PUT repos/acme/app/contents/w-$RANDOM.txt ${FILE} -f branch=refs/heads/$B`,
  ],
  [
    'contents DELETE',
    `gh api -X DELETE repos/acme/app/contents/README.md -f message=m -f branch=$B -f sha=$(git rev-parse origin/main:README.md)`,
    PASSES,
  ],
  ['ref PATCH to an existing commit', `gh api -X PATCH repos/acme/app/git/refs/heads/$B -f sha=$NEW`, PASSES],
  ['ref PATCH with force', `gh api -X PATCH repos/acme/app/git/refs/heads/$B -f sha=$NEW -F force=true`, PASSES],
  [
    'ref PATCH with encoded slashes',
    `gh api -X PATCH "repos/acme/app/git/refs/heads%2F\${B//\\//%2F}" -f sha=$NEW`,
    PASSES,
  ],
  [
    'ref PATCH under another case of the repository',
    `gh api -X PATCH repos/ACME/App/git/refs/heads/$B -f sha=$NEW`,
    PASSES,
  ],
  ['ref DELETE', `gh api -X DELETE repos/acme/app/git/refs/heads/$B`, PASSES],
  ['ref POST', `gh api repos/acme/app/git/refs -f ref=refs/heads/$B$SUFFIX -f sha=$NEW`, PASSES],
  [
    'ref PATCH by the number of the repository',
    `gh api -X PATCH repositories/$N/git/refs/heads/$B -f sha=$NEW`,
    PASSES,
  ],
  ['merge of a branch', `gh api repos/acme/app/merges -f base=$B -f head=topic/pr`, PASSES],
  ['merge from upstream', `gh api repos/acme/app/merge-upstream -f branch=$B`],
  ['renaming the branch', `gh api repos/acme/app/branches/$B/rename -f new_name=wip/renamed-$RANDOM`, PASSES],
  [
    'protection PUT',
    `gh api -X PUT repos/acme/app/branches/$B/protection --input <(echo '{"required_status_checks":null,"enforce_admins":false,"required_pull_request_reviews":null,"restrictions":null}')`,
    { intents: PROTECTION },
  ],
  ['protection DELETE', `gh api -X DELETE repos/acme/app/branches/$B/protection`, { intents: PROTECTION }],
  [
    'protection of administrators DELETE',
    `gh api -X DELETE repos/acme/app/branches/$B/protection/enforce_admins`,
    { intents: PROTECTION },
  ],
  [
    'required reviews DELETE',
    `gh api -X DELETE repos/acme/app/branches/$B/protection/required_pull_request_reviews`,
    { intents: PROTECTION },
  ],
  ['ruleset POST', `gh api repos/acme/app/rulesets -f name=r -f enforcement=disabled`, { intents: PROTECTION }],
  ['ruleset DELETE', `gh api -X DELETE repos/acme/app/rulesets/1`, { intents: PROTECTION }],
  ['another default branch', `gh api -X PATCH repos/acme/app -f default_branch=topic/pr`, { intents: ADMIN }],
  ['renaming the repository', `gh api -X PATCH repos/acme/app -f name=app2`, { intents: ADMIN }],
  ['transfer', `gh api repos/acme/app/transfer -f new_owner=other`, { intents: ADMIN }],
  [
    'deploy key',
    `gh api repos/acme/app/keys -f title=t -f key="ssh-ed25519 AAAA" -F read_only=false`,
    { intents: ADMIN },
  ],
  ['collaborator', `gh api -X PUT repos/acme/app/collaborators/mallory -f permission=admin`, { intents: ADMIN }],
  ['repository dispatch', `gh api repos/acme/app/dispatches -f event_type=release`, { intents: ['workflow.run'] }],
  [
    'workflow dispatch',
    `gh api repos/acme/app/actions/workflows/1/dispatches -f ref=$B`,
    { intents: ['workflow.run'] },
  ],
  ['merging a pull request', `gh api -X PUT repos/acme/app/pulls/$PR/merge`, { intents: MERGE, main: 'held' }],
  ['gh pr merge', `gh pr merge $PR --merge`, { intents: MERGE, main: 'held' }],
]);

const CURL = all({ client: 'curl', surface: 'rest' }, [
  [
    'contents PUT over the endpoint',
    `curl -sS --fail-with-body -X PUT $HOLDSHORT_AGENT_ENDPOINT/api/v3/repos/acme/app/contents/w-$RANDOM.txt -d "{\\"message\\":\\"m\\",\\"content\\":\\"eA==\\",\\"branch\\":\\"$B\\"}"`,
    PASSES,
  ],
  [
    'contents PUT with an escaped name',
    `curl -sS --fail-with-body -X PUT https://api.github.com/repos/acme/app/contents/w-$RANDOM.txt -d "{\\"message\\":\\"m\\",\\"content\\":\\"eA==\\",\\"br\\u0061nch\\":\\"$B\\"}"`,
    PASSES,
  ],
]);

const OCTOKIT = all({ client: 'octokit', surface: 'rest' }, [
  [
    'contents PUT',
    `octokit "PUT /repos/acme/app/contents/w-$RANDOM.txt" "{\\"message\\":\\"m\\",\\"content\\":\\"eA==\\",\\"branch\\":\\"$B\\"}"`,
    PASSES,
  ],
  [
    'contents PUT without a branch',
    `octokit "PUT /repos/acme/app/contents/w-$RANDOM.txt" '{"message":"m","content":"eA=="}'`,
  ],
  ['ref PATCH', `octokit "PATCH /repos/acme/app/git/refs/heads/$B" "{\\"sha\\":\\"$NEW\\"}"`, PASSES],
]);

const mutation = (name: string, input: string, before = '', after = ''): string =>
  `gh_graphql '${before}mutation($i: ${name[0]?.toUpperCase() ?? ''}${name.slice(1)}Input!) { ${name}(input: $i) { clientMutationId } }${after}' "${input}"`;
const text = (entries: Record<string, string>): string =>
  `{${Object.entries(entries)
    .map(([key, value]) => `\\"${key}\\":${value.startsWith('{') || value.startsWith('[') ? value : `\\"${value}\\"`}`)
    .join(',')}}`;
const COMMITTED = text({ headline: 'm' });
const FILES = `{\\"additions\\":[{\\"path\\":\\"g-$RANDOM.txt\\",\\"contents\\":\\"eA==\\"}]}`;
const commitTo = (branch: string): string =>
  text({ branch, message: COMMITTED, fileChanges: FILES, expectedHeadOid: '$OLD' });

const GRAPHQL = all({ client: 'gh', surface: 'graphql' }, [
  [
    'createCommitOnBranch',
    mutation('createCommitOnBranch', commitTo(text({ repositoryNameWithOwner: 'acme/app', branchName: '$B' }))),
    PASSES,
  ],
  [
    'createCommitOnBranch by the id of the branch',
    mutation('createCommitOnBranch', commitTo(text({ id: '$REF' }))),
    PASSES,
  ],
  ['updateRef', mutation('updateRef', text({ refId: '$REF', oid: '$NEW' })), PASSES],
  ['deleteRef', mutation('deleteRef', text({ refId: '$REF' })), PASSES],
  ['createRef', mutation('createRef', text({ repositoryId: '$R', name: 'refs/heads/$B$SUFFIX', oid: '$NEW' })), PASSES],
  [
    'updateRefs',
    mutation(
      'updateRefs',
      text({ repositoryId: '$R', refUpdates: `[${text({ name: 'refs/heads/$B', afterOid: '$NEW' })}]` }),
    ),
    PASSES,
  ],
  ['mergeBranch', mutation('mergeBranch', text({ repositoryId: '$R', base: '$B', head: 'topic/pr' })), PASSES],
  ['mergePullRequest', mutation('mergePullRequest', text({ pullRequestId: '$PRN' })), { intents: MERGE, main: 'held' }],
  [
    'enablePullRequestAutoMerge',
    mutation('enablePullRequestAutoMerge', text({ pullRequestId: '$PRN' })),
    { intents: MERGE, main: 'held' },
  ],
  [
    'enqueuePullRequest',
    mutation('enqueuePullRequest', text({ pullRequestId: '$PRN' })),
    { intents: MERGE, main: 'held' },
  ],
  [
    'createBranchProtectionRule',
    mutation('createBranchProtectionRule', text({ repositoryId: '$R', pattern: '$B' })),
    { intents: PROTECTION },
  ],
  [
    'createRepositoryRuleset',
    mutation('createRepositoryRuleset', text({ sourceId: '$R', name: 'r', enforcement: 'DISABLED' })),
    { intents: PROTECTION },
  ],
  [
    'under an alias, behind a harmless mutation',
    `gh_graphql 'mutation($i: AddCommentInput!, $j: UpdateRefInput!) { a: addComment(input: $i) { clientMutationId } b: updateRef(input: $j) { clientMutationId } }' "${text({ subjectId: '$PRN', body: 'b' })}" "${text({ refId: '$REF', oid: '$NEW' })}"`,
    PASSES,
  ],
  [
    'in a fragment',
    `gh_graphql 'mutation($i: UpdateRefInput!) { ...F } fragment F on Mutation { updateRef(input: $i) { clientMutationId } }' "${text({ refId: '$REF', oid: '$NEW' })}"`,
    PASSES,
  ],
  [
    'in an inline fragment with a directive',
    `gh_graphql 'mutation($i: UpdateRefInput!) { ... on Mutation @include(if: true) { updateRef(input: $i) { clientMutationId } } }' "${text({ refId: '$REF', oid: '$NEW' })}"`,
    PASSES,
  ],
  [
    'with literal arguments',
    `gh_graphql "mutation { updateRef(input: { refId: \\"$REF\\", oid: \\"$NEW\\" }) { clientMutationId } }"`,
    PASSES,
  ],
  [
    'with arguments from a default',
    `gh_graphql "mutation(\\$i: UpdateRefInput = { refId: \\"$REF\\", oid: \\"$NEW\\" }) { updateRef(input: \\$i) { clientMutationId } }"`,
    PASSES,
  ],
]);

const OCTOKIT_GRAPHQL = all({ client: 'octokit', surface: 'graphql' }, [
  [
    'updateRef',
    `octokit 'graphql mutation($i: UpdateRefInput!) { updateRef(input: $i) { clientMutationId } }' "{\\"i\\":${text({ refId: '$REF', oid: '$NEW' })}}"`,
    PASSES,
  ],
]);

/** Every way that is tried; `docs/reference/ways-to-main.md` is generated from this list. */
export const WAYS: readonly Way[] = [...GIT, ...GH, ...CURL, ...OCTOKIT, ...GRAPHQL, ...OCTOKIT_GRAPHQL];
