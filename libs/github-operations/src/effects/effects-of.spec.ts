import { classifyGraphql } from '../graphql/classify-graphql.js';
import { classifyMcp } from '../mcp/classify-mcp.js';
import { classifyRest } from '../rest/classify-rest.js';
import type { Classification, Operation } from '../operation.js';
import { effectsOf, refsToLookUp } from './effects-of.js';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const NONE = '0'.repeat(40);

function classified(classification: Classification): Operation {
  if ('refusal' in classification) throw new Error(classification.refusal.message);
  return classification.operation;
}

const rest = (method: string, path: string, body?: unknown): Operation =>
  classified(classifyRest({ host: 'api.github.com', method, path: `/repos/acme/app${path}`, query: '', body }));

const graphql = (body: unknown): Operation =>
  classified(classifyGraphql({ host: 'api.github.com', method: 'POST', path: '/graphql', body }));

const answered = (operation: Operation, request: unknown, answer: unknown) =>
  effectsOf({ operation, request, answer: answer === undefined ? '' : JSON.stringify(answer) });

describe('what a REST call has done', () => {
  it.each([
    [
      'PUT',
      '/contents/a.txt',
      { branch: 'topic', message: 'm', content: '' },
      { commit: { sha: B, parents: [{ sha: A }] } },
      [{ kind: 'ref', action: 'update', ref: 'refs/heads/topic', old: A, new: B }],
    ],
    [
      'DELETE',
      '/contents/a.txt',
      { message: 'm', sha: A },
      { commit: { sha: B, parents: [{ sha: A }] } },
      [{ kind: 'ref', action: 'update', old: A, new: B }],
    ],
    [
      'POST',
      '/git/refs',
      { ref: 'refs/heads/new', sha: A },
      { object: { sha: A } },
      [{ kind: 'ref', action: 'create', ref: 'refs/heads/new', old: NONE, new: A }],
    ],
    [
      'PATCH',
      '/git/refs/heads/x',
      { sha: B, force: true },
      { object: { sha: B } },
      [{ kind: 'ref', action: 'update', ref: 'refs/heads/x', new: B }],
    ],
    [
      'DELETE',
      '/git/refs/heads/x',
      undefined,
      undefined,
      [{ kind: 'ref', action: 'delete', ref: 'refs/heads/x', new: NONE }],
    ],
    [
      'POST',
      '/merges',
      { base: 'x', head: 'y' },
      { sha: B, parents: [{ sha: A }] },
      [{ kind: 'ref', action: 'update', ref: 'refs/heads/x', old: A, new: B }],
    ],
    ['POST', '/merges', { base: 'x', head: 'y' }, undefined, []],
    [
      'POST',
      '/branches/x/rename',
      { new_name: 'y' },
      { commit: { sha: A } },
      [
        { kind: 'ref', action: 'create', ref: 'refs/heads/y', old: NONE, new: A },
        { kind: 'ref', action: 'delete', ref: 'refs/heads/x', old: A, new: NONE },
      ],
    ],
    [
      'POST',
      '/pulls',
      { title: 't', head: 'x', base: 'main' },
      { number: 7, head: { ref: 'x' } },
      [{ kind: 'pull', action: 'create', number: 7, ref: 'refs/heads/x' }],
    ],
    ['PATCH', '/pulls/7', { state: 'closed' }, {}, [{ kind: 'pull', action: 'close', number: 7 }]],
    ['PATCH', '/pulls/7', { title: 'x' }, {}, [{ kind: 'pull', action: 'update', number: 7 }]],
    ['PUT', '/pulls/7/merge', {}, { sha: B, merged: true }, [{ kind: 'pull', action: 'merge', number: 7, new: B }]],
    ['POST', '/issues', { title: 't' }, { number: 8 }, [{ kind: 'issue', action: 'create', number: 8 }]],
    ['PATCH', '/issues/8', { state: 'open' }, {}, [{ kind: 'issue', action: 'reopen', number: 8 }]],
    ['PATCH', '/issues/7', { state: 'closed' }, { pull_request: {} }, [{ kind: 'pull', action: 'close', number: 7 }]],
    [
      'POST',
      '/issues/8/comments',
      { body: 'b' },
      { id: 991 },
      [{ kind: 'comment', action: 'create', number: 8, id: '991' }],
    ],
    ['PATCH', '/releases/3', { name: 'x' }, { id: 3 }, []],
  ])('%s %s %j -> %j', (method, path, body, answer, effects) => {
    expect(answered(rest(method, path, body), body, answer)).toEqual(effects);
  });
});

describe('what a GraphQL document has done', () => {
  const commit = {
    query: `mutation($input: CreateCommitOnBranchInput!) { made: createCommitOnBranch(input: $input) { commit { oid } } }`,
    variables: {
      input: {
        branch: { repositoryNameWithOwner: 'acme/app', branchName: 'topic' },
        expectedHeadOid: A,
        message: { headline: 'x' },
        fileChanges: { additions: [{ path: 'a', contents: '' }] },
      },
    },
  };
  const made = { kind: 'ref', action: 'update', ref: 'refs/heads/topic', old: A, new: B };

  it('is read under the alias of the document, in a batch too', () => {
    expect(answered(graphql(commit), commit, { data: { made: { commit: { oid: B } } } })).toEqual([made]);
    const batch = [commit, commit];
    expect(answered(graphql(batch), batch, [{ data: null }, { data: { made: { commit: { oid: B } } } }])).toEqual([
      made,
    ]);
  });

  it.each([
    ['gives a text of its own the name of the id', 'commit { oid: messageHeadline }', ''],
    ['does so in a fragment', 'commit { ...f }', 'fragment f on Commit { oid: messageHeadline }'],
    ['gives another object the name', 'commit: ref { oid }', ''],
  ])('is not read of an answer whose document %s', (_, payload, more) => {
    const query = `${commit.query.replace('commit { oid }', payload)} ${more}`;
    const { new: _new, ...without } = made;
    const sent = { ...commit, query };
    expect(answered(graphql(sent), sent, { data: { made: { commit: { oid: B } } } })).toEqual([without]);
  });

  it('has the commit of its address as well', () => {
    const query = commit.query.replace('{ oid }', '{ url }');
    const answer = { data: { made: { commit: { url: `https://github.com/acme/app/commit/${B}` } } } };
    expect(answered(graphql({ ...commit, query }), { ...commit, query }, answer)).toEqual([made]);
  });

  it('leaves out what the client did not ask for, and says nothing where GitHub did not do it', () => {
    const { old, ...rest } = made;
    const { new: _new, ...without } = { ...rest, old };
    expect(answered(graphql(commit), commit, { data: { made: {} } })).toEqual([without]);
    expect(answered(graphql(commit), commit, { data: { made: null }, errors: [{}] })).toEqual([]);
    expect(answered(graphql(commit), commit, undefined)).toEqual([]);
  });

  it.each([
    [
      'createPullRequest(input: {repositoryId: "R_1", baseRefName: "main", headRefName: "x", title: "t"}) { pullRequest { id url } }',
      { createPullRequest: { pullRequest: { id: 'PR_1', url: 'https://github.com/acme/app/pull/7' } } },
      [{ kind: 'pull', action: 'create', ref: 'refs/heads/x', number: 7, nodeId: 'PR_1' }],
    ],
    [
      'mergePullRequest(input: {pullRequestId: "PR_1"}) { clientMutationId }',
      { mergePullRequest: { clientMutationId: '' } },
      [{ kind: 'pull', action: 'merge', nodeId: 'PR_1' }],
    ],
    [
      'updateRefs(input: {repositoryId: "R_1", refUpdates: [{name: "refs/heads/x", beforeOid: "' +
        A +
        '", afterOid: "' +
        NONE +
        '"}]}) { clientMutationId }',
      { updateRefs: {} },
      [{ kind: 'ref', action: 'delete', ref: 'refs/heads/x', old: A, new: NONE }],
    ],
    [
      'addComment(input: {subjectId: "I_1", body: "b"}) { commentEdge { node { url } } }',
      { addComment: { commentEdge: { node: { url: 'https://github.com/acme/app/issues/8#issuecomment-991' } } } },
      [{ kind: 'comment', action: 'create', id: '991' }],
    ],
    [
      'closeIssue(input: {issueId: "I_1"}) { issue { number } }',
      { closeIssue: { issue: { number: 8 } } },
      [{ kind: 'issue', action: 'close', number: 8, nodeId: 'I_1' }],
    ],
  ])('%s', (field, data, effects) => {
    const body = { query: `mutation { ${field} }` };
    expect(answered(graphql(body), body, { data })).toEqual(effects);
  });
});

describe('what a tool of MCP has done', () => {
  const call = (name: string, args: object) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: { owner: 'acme', repo: 'app', ...args } },
  });
  const mcp = (body: unknown) =>
    classified(
      classifyMcp({ host: 'api.githubcopilot.com', method: 'POST', path: '/mcp', headers: {}, body, query: '' }),
    );
  const result = (value: unknown, isError = false) => ({
    jsonrpc: '2.0',
    id: 1,
    result: { isError, content: [{ type: 'text', text: JSON.stringify(value) }] },
  });

  it('is read of one document and of a stream of events', () => {
    const body = call('push_files', { branch: 'topic', message: 'm', files: [{ path: 'a', content: '' }] });
    const effects = [{ kind: 'ref', action: 'update', ref: 'refs/heads/topic', new: B }];
    const answer = JSON.stringify(result({ object: { sha: B } }));
    const operation = mcp(body);
    expect(effectsOf({ operation, request: body, answer })).toEqual(effects);
    const stream = `event: message\ndata: {"jsonrpc":"2.0","method":"notifications/message"}\n\ndata: ${answer}\n\n`;
    expect(effectsOf({ operation, request: body, answer: stream })).toEqual(effects);
  });

  it('is nothing where the tool failed', () => {
    const body = call('merge_pull_request', { pullNumber: 7 });
    expect(answered(mcp(body), body, result({ sha: B }, true))).toEqual([]);
    expect(answered(mcp(body), body, result({ sha: B }))).toEqual([
      { kind: 'pull', action: 'merge', number: 7, new: B },
    ]);
  });
});

it('names the refs that must be looked up before, as no answer tells where they stood', () => {
  expect(refsToLookUp(rest('DELETE', '/git/refs/heads/x'))).toEqual(['refs/heads/x']);
  expect(refsToLookUp(rest('PATCH', '/git/refs/heads/x', { sha: A }))).toEqual(['refs/heads/x']);
  const byNode = { query: 'mutation { deleteRef(input: {refId: "REF_1"}) { clientMutationId } }' };
  expect(refsToLookUp(graphql(byNode))).toEqual(['']);
  expect(refsToLookUp(rest('PUT', '/contents/a', { message: 'm', content: '' }))).toEqual([]);
});
