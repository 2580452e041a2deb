import fc from 'fast-check';
import { classifyGraphql } from './classify-graphql.js';

const call = (body: unknown): ReturnType<typeof classifyGraphql> =>
  classifyGraphql({ host: 'api.github.com', method: 'POST', path: '/graphql', body });

function summary(body: unknown): string[] {
  const result = call(body);
  if ('refusal' in result) return [result.refusal.code];
  return result.operation.intents.map(({ action, target: { owner, repo, nodeId, ref, paths, account } }) => {
    const place = nodeId ?? (repo === undefined ? (owner ?? (account ? '(account)' : '?')) : `${owner ?? '?'}/${repo}`);
    return [action, place, ref, paths && `[${paths.join(' ')}]`].filter((part) => part !== undefined).join(' ');
  });
}

type Row = [what: string, query: string, variables: Record<string, unknown>, expected: string[]];

const READS: Row[] = [
  ['a repository by literals', '{ repository(owner: "acme", name: "app") { id } }', {}, ['repo.read acme/app']],
  [
    'a repository by variables',
    'query($o: String!, $n: String!) { repository(owner: $o, name: $n) { id } }',
    { o: 'acme', n: 'app' },
    ['repo.read acme/app'],
  ],
  [
    'a default of a variable',
    'query($n: String = "app") { repository(owner: "acme", name: $n) { id } }',
    {},
    ['repo.read acme/app'],
  ],
  [
    'a variable over its default',
    'query($n: String = "app") { repository(owner: "acme", name: $n) { id } }',
    { n: 'site' },
    ['repo.read acme/site'],
  ],
  [
    'aliases',
    '{ a: repository(owner: "acme", name: "app") { id } b: repository(owner: "other", name: "private") { id } }',
    {},
    ['repo.read acme/app', 'repo.read other/private'],
  ],
  [
    'one repository twice',
    '{ a: repository(owner: "acme", name: "app") { id } b: repository(owner: "ACME", name: "App") { id } }',
    {},
    ['repo.read acme/app'],
  ],
  [
    'a fragment',
    '{ ...f } fragment f on Query { repository(owner: "other", name: "private") { id } }',
    {},
    ['repo.read other/private'],
  ],
  [
    'an inline fragment',
    '{ ... on Query { repository(owner: "other", name: "private") { id } } }',
    {},
    ['repo.read other/private'],
  ],
  [
    'a field that a directive skips',
    '{ viewer { login } repository(owner: "other", name: "private") @skip(if: true) { id } }',
    {},
    ['account.read (account)', 'repo.read other/private'],
  ],
  [
    'a repository of an organisation',
    '{ organization(login: "other") { repository(name: "private") { id } } }',
    {},
    ['account.read other', 'repo.read other/private'],
  ],
  [
    'a repository of an owner in a fragment',
    '{ repositoryOwner(login: "other") { ...f } } fragment f on RepositoryOwner { repository(name: "private") { id } }',
    {},
    ['account.read other', 'repo.read other/private'],
  ],
  [
    'a repository of the owner of a repository',
    '{ repository(owner: "acme", name: "site") { owner { repository(name: "app") { id } } } }',
    {},
    ['repo.read acme/site', 'repo.read acme/app'],
  ],
  ['a repository of the viewer', '{ viewer { repository(name: "x") { id } } }', {}, ['target_unresolved']],
  [
    'a repository without a name',
    'query($n: String!) { repository(owner: "acme", name: $n) { id } }',
    {},
    ['target_unresolved'],
  ],
  ['a repository by a number', '{ repository(owner: "acme", name: 5) { id } }', {}, ['target_unresolved']],
  ['a repository that cannot be', '{ repository(owner: "acme", name: "a/b") { id } }', {}, ['request_malformed']],
  ['the viewer', '{ viewer { login } }', {}, ['account.read (account)']],
  [
    'introspection',
    '{ __schema { types { name } } __type(name: "Repository") { name } }',
    {},
    ['account.read (account)'],
  ],
  ['a node', '{ node(id: "PR_x") { id } }', {}, ['repo.read PR_x']],
  [
    'nodes',
    'query($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    { ids: ['PR_x', 'I_y'] },
    ['repo.read PR_x', 'repo.read I_y'],
  ],
  ['a node without id', 'query($id: ID!) { node(id: $id) { id } }', {}, ['target_unresolved']],
  [
    'a search in a repository',
    '{ search(query: "repo:acme/app is:open", type: ISSUE, first: 1) { issueCount } }',
    {},
    ['repo.read acme/app'],
  ],
  [
    'a search everywhere',
    '{ search(query: "is:open", type: ISSUE, first: 1) { issueCount } }',
    {},
    ['operation_unknown'],
  ],
  ['a root that is not known', '{ enterprise(slug: "x") { id } }', {}, ['operation_unknown']],
  ['the root again', '{ relay { repository(owner: "acme", name: "app") { id } } }', {}, ['operation_unknown']],
];

const WRITES: Row[] = [
  [
    'mergePullRequest',
    'mutation($i: MergePullRequestInput!) { mergePullRequest(input: $i) { clientMutationId } }',
    { i: { pullRequestId: 'PR_1' } },
    ['pull.merge PR_1'],
  ],
  [
    'two mutations under aliases',
    'mutation { x: addComment(input: {subjectId: "I_1", body: "b"}) { clientMutationId } y: mergePullRequest(input: {pullRequestId: "PR_1"}) { clientMutationId } }',
    {},
    ['comment.write I_1', 'pull.merge PR_1'],
  ],
  [
    'a mutation in a fragment',
    'mutation { ...f } fragment f on Mutation { deleteRef(input: {refId: "REF_1"}) { clientMutationId } }',
    {},
    ['ref.delete REF_1'],
  ],
  [
    'a mutation that a directive skips',
    'mutation { deleteRef(input: {refId: "REF_1"}) @skip(if: true) { clientMutationId } }',
    {},
    ['ref.delete REF_1'],
  ],
  [
    'an auto-merge',
    'mutation { enablePullRequestAutoMerge(input: {pullRequestId: "PR_1"}) { clientMutationId } }',
    {},
    ['pull.merge PR_1'],
  ],
  [
    'createCommitOnBranch by name',
    'mutation($b: String!) { createCommitOnBranch(input: {branch: {repositoryNameWithOwner: "acme/app", branchName: $b}, fileChanges: {additions: [{path: ".github/workflows/x.yml", contents: ""}], deletions: {path: "y"}}}) { clientMutationId } }',
    { b: 'main' },
    ['ref.update acme/app refs/heads/main [.github/workflows/x.yml y]'],
  ],
  [
    'createCommitOnBranch by id',
    'mutation { createCommitOnBranch(input: {branch: {id: "REF_1"}}) { clientMutationId } }',
    {},
    ['ref.update REF_1 []'],
  ],
  [
    'createCommitOnBranch by both',
    'mutation { createCommitOnBranch(input: {branch: {id: "REF_1", repositoryNameWithOwner: "acme/app", branchName: "t"}}) { clientMutationId } }',
    {},
    ['target_unresolved'],
  ],
  [
    'createCommitOnBranch without a branch',
    'mutation { createCommitOnBranch(input: {}) { clientMutationId } }',
    {},
    ['target_unresolved'],
  ],
  [
    'createRef',
    'mutation { createRef(input: {repositoryId: "R_1", name: "refs/heads/x", oid: "0"}) { clientMutationId } }',
    {},
    ['ref.create R_1 refs/heads/x'],
  ],
  [
    'createRef with a short name',
    'mutation { createRef(input: {repositoryId: "R_1", name: "x", oid: "0"}) { clientMutationId } }',
    {},
    ['request_malformed'],
  ],
  [
    'updateRef',
    'mutation { updateRef(input: {refId: "REF_1", oid: "0"}) { clientMutationId } }',
    {},
    ['ref.update REF_1'],
  ],
  [
    'updateRef with force',
    'mutation($f: Boolean = true) { updateRef(input: {refId: "REF_1", oid: "0", force: $f}) { clientMutationId } }',
    {},
    ['ref.force REF_1'],
  ],
  [
    'updateRefs',
    'mutation($i: UpdateRefsInput!) { updateRefs(input: $i) { clientMutationId } }',
    {
      i: {
        repositoryId: 'R_1',
        refUpdates: [
          { name: 'refs/heads/a', afterOid: '0000' },
          { name: 'refs/heads/b', afterOid: '1', beforeOid: '0000' },
          { name: 'refs/heads/c', afterOid: '1', force: true },
          { name: 'refs/heads/d', afterOid: '1' },
        ],
      },
    },
    [
      'ref.delete R_1 refs/heads/a',
      'ref.create R_1 refs/heads/b',
      'ref.force R_1 refs/heads/c',
      'ref.update R_1 refs/heads/d',
    ],
  ],
  [
    'mergeBranch',
    'mutation { mergeBranch(input: {repositoryId: "R_1", base: "main", head: "x"}) { clientMutationId } }',
    {},
    ['ref.update R_1 refs/heads/main'],
  ],
  [
    'revertPullRequest',
    'mutation { revertPullRequest(input: {pullRequestId: "PR_1"}) { clientMutationId } }',
    {},
    ['pull.open PR_1', 'ref.create PR_1 refs/heads/*'],
  ],
  [
    'updatePullRequestBranch',
    'mutation { updatePullRequestBranch(input: {pullRequestId: "PR_1", updateMethod: REBASE}) { clientMutationId } }',
    {},
    ['pull.update PR_1', 'ref.force PR_1 refs/pull/*/head'],
  ],
  [
    'createLinkedBranch',
    'mutation { createLinkedBranch(input: {issueId: "I_1", oid: "0"}) { clientMutationId } }',
    {},
    ['issue.write I_1', 'ref.create I_1 refs/heads/*'],
  ],
  [
    'createBranchProtectionRule',
    'mutation { createBranchProtectionRule(input: {repositoryId: "R_1", pattern: "x"}) { clientMutationId } }',
    {},
    ['protection.update R_1'],
  ],
  [
    'transferIssue',
    'mutation { transferIssue(input: {issueId: "I_1", repositoryId: "R_2"}) { clientMutationId } }',
    {},
    ['issue.write I_1', 'issue.write R_2'],
  ],
  [
    'an enterprise setting',
    'mutation { removeEnterpriseAdmin(input: {enterpriseId: "E_1", login: "x"}) { clientMutationId } }',
    {},
    ['org.admin (account)'],
  ],
  [
    'a repository in what the mutation returns',
    'mutation { addComment(input: {subjectId: "I_1", body: "b"}) { subject { ... on Issue { repository { owner { ... on User { x: organization(login: "other") { repository(name: "private") { id } } } } } } } } }',
    {},
    ['comment.write I_1', 'account.read other', 'repo.read other/private'],
  ],
  [
    'a mutation without its target',
    'mutation { mergePullRequest(input: {}) { clientMutationId } }',
    {},
    ['target_unresolved'],
  ],
  ['a mutation without input', 'mutation { mergePullRequest { clientMutationId } }', {}, ['request_malformed']],
  [
    'a mutation whose target is no text',
    'mutation { mergePullRequest(input: {pullRequestId: ["PR_1"]}) { clientMutationId } }',
    {},
    ['request_malformed'],
  ],
  [
    'a mutation that is not known',
    'mutation { becomeAdmin(input: {id: "x"}) { clientMutationId } }',
    {},
    ['operation_unknown'],
  ],
  [
    'a name from the prototype',
    'mutation { constructor(input: {id: "x"}) { clientMutationId } }',
    {},
    ['operation_unknown'],
  ],
  ['nothing', 'mutation { __typename }', {}, ['request_malformed']],
  ['an empty selection', '{ }', {}, ['request_malformed']],
  ['a subscription', 'subscription { x }', {}, ['operation_unknown']],
];

const MALFORMED: [what: string, body: unknown, code: string][] = [
  ['no JSON object', 'x', 'request_malformed'],
  [
    'a persisted query',
    { extensions: { persistedQuery: { sha256Hash: 'x' } }, query: '{viewer{login}}' },
    'operation_unknown',
  ],
  ['no document', { id: 'x' }, 'operation_unknown'],
  ['a document that cannot be parsed', { query: '{' }, 'request_malformed'],
  [
    'several operations without a name',
    { query: 'query a { viewer { login } } mutation b { x }' },
    'request_malformed',
  ],
  ['a name that no operation has', { query: 'query a { viewer { login } }', operationName: 'b' }, 'request_malformed'],
  [
    'two operations of one name',
    { query: 'query a { viewer { login } } mutation a { x }', operationName: 'a' },
    'request_malformed',
  ],
  [
    'two fragments of one name',
    { query: '{ ...f } fragment f on Query { viewer { login } } fragment f on Query { x }' },
    'request_malformed',
  ],
  ['an argument twice', { query: '{ repository(owner: "acme", name: "app", name: "x") { id } }' }, 'request_malformed'],
  [
    'an input field twice',
    { query: 'mutation { updateRef(input: {refId: "a", refId: "b"}) { clientMutationId } }' },
    'request_malformed',
  ],
  ['a fragment of itself', { query: '{ ...f } fragment f on Query { ...f }' }, 'request_malformed'],
  ['a fragment that is not there', { query: '{ ...f }' }, 'request_malformed'],
  ['a type definition', { query: '{ viewer { login } } type X { y: Int }' }, 'request_malformed'],
  ['variables that are a list', { query: '{ viewer { login } }', variables: [] }, 'request_malformed'],
  ['an empty batch', [], 'request_malformed'],
  ['too long a document', { query: `{ viewer { login } } #${'x'.repeat(100_000)}` }, 'request_too_large'],
  ['too many tokens', { query: `{ ${'a '.repeat(6000)} }` }, 'request_malformed'],
  [
    'too deep a document',
    { query: `{ repository(owner: "acme", name: "app") ${'{ a '.repeat(40)}${'}'.repeat(41)}` },
    'request_too_large',
  ],
  [
    'a bomb of fragments',
    {
      query: `{ ...f0 } ${Array.from({ length: 25 }, (_, n) => `fragment f${n} on Query { ${n === 24 ? 'viewer { login }' : `...f${n + 1} ...f${n + 1} ...f${n + 1}`} }`).join(' ')}`,
    },
    'request_too_large',
  ],
];

describe('classifyGraphql', () => {
  it.each([...READS, ...WRITES])('%s', (_what, query, variables, expected) => {
    expect(summary({ query, variables })).toEqual(expected);
  });

  it.each(MALFORMED)('refuses %s', (_what, body, code) => {
    expect(summary(body)).toEqual([code]);
  });

  it('judges only the operation that would run', () => {
    const query = 'query a { viewer { login } } mutation b { deleteRef(input: {refId: "REF_1"}) { clientMutationId } }';
    expect(summary({ query, operationName: 'a' })).toEqual(['account.read (account)']);
    expect(summary({ query, operationName: 'b' })).toEqual(['ref.delete REF_1']);
  });

  it('adds up a batch', () => {
    const batch = [
      { query: '{ viewer { login } }' },
      { query: 'mutation { deleteRef(input: {refId: "REF_1"}) { clientMutationId } }' },
    ];
    expect(call(batch)).toMatchObject({
      operation: {
        surface: 'graphql',
        id: 'mutation/viewer+deleteRef',
        class: 'destructive',
        intents: [{ action: 'account.read' }, { action: 'ref.delete' }],
      },
    });
  });

  it('names the mutation that it does not know', () => {
    expect(call({ query: 'mutation { becomeAdmin(input: {id: "x"}) { id } }' })).toEqual({
      refusal: {
        code: 'operation_unknown',
        message: 'The GraphQL mutation "becomeAdmin" is not one that Holdshort knows, and unknown calls are refused.',
      },
    });
  });

  it('serves POST only', () => {
    const result = classifyGraphql({
      host: 'api.github.com',
      method: 'GET',
      path: '/graphql',
      body: { query: '{ viewer { login } }' },
    });
    expect(result).toMatchObject({ refusal: { code: 'operation_unknown' } });
  });

  it('never throws, whatever the body', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('{ viewer { login } }', 'mutation { x(input: {}) { y } }', '{ ...f }', '{"'),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.record({ query: text, variables: fc.jsonValue(), operationName: fc.jsonValue() })),
        (body) => {
          expect(call(body)).toBeDefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});
