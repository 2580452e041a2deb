import { madeByCall, tellsWhatItMade } from './made-by-call.js';

const SHA = 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe';
const OTHER = '5e7a1c9d0b3f4a6e8c2d1f0a9b8c7d6e5f4a3b2c';
const mutation = (name: string, payload: string) => ({
  query: `mutation($i: X!) { ${name}(input: $i) { ${payload} } }`,
  variables: { i: {} },
});
const tool = (text: string, more: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  result: { content: [{ type: 'text', text }], ...more },
});

describe('madeByCall', () => {
  it.each([
    ['repos/create-or-update-file-contents', { content: { sha: OTHER }, commit: { sha: SHA } }],
    ['repos/delete-file', { content: null, commit: { sha: SHA } }],
    ['git/create-commit', { sha: SHA, tree: { sha: OTHER } }],
    ['git/update-ref', { ref: 'refs/heads/x', object: { type: 'commit', sha: SHA } }],
    ['pulls/merge', { sha: SHA, merged: true, message: 'Pull Request successfully merged' }],
    ['repos/merge', { sha: SHA, commit: { tree: { sha: OTHER } } }],
  ])('the commit of %s', (id, answer) => {
    expect(madeByCall({ id }, {}, answer)).toEqual({ commits: [SHA] });
    expect(tellsWhatItMade({ id })).toBe(true);
  });

  it.each([
    ['createCommitOnBranch', 'commit { oid }', { commit: { oid: SHA } }],
    ['createCommitOnBranch', 'commit { url }', { commit: { url: `https://github.com/acme/app/commit/${SHA}` } }],
    ['createCommitOnBranch', 'ref { target { oid } }', { ref: { target: { oid: SHA } } }],
    ['mergeBranch', 'mergeCommit { oid }', { mergeCommit: { oid: SHA } }],
    ['mergePullRequest', 'pullRequest { mergeCommit { oid } }', { pullRequest: { mergeCommit: { oid: SHA } } }],
  ])('the commit of %s, asked for as %s', (name, payload, answer) => {
    const made = madeByCall({ id: `mutation/${name}` }, mutation(name, payload), { data: { [name]: answer } });
    expect(made).toEqual({ commits: [SHA] });
  });

  it.each([
    ['push_files', { ref: 'refs/heads/x', object: { sha: SHA } }],
    ['create_or_update_file', { content: {}, commit: { sha: SHA } }],
    ['merge_pull_request', { sha: SHA, merged: true }],
  ])('the commit of the tool %s', (name, answer) => {
    expect(madeByCall({ id: `tool/${name}` }, {}, tool(JSON.stringify(answer)))).toEqual({ commits: [SHA] });
  });

  it('the pull request that was opened, by each surface', () => {
    const url = 'https://github.com/acme/app/pull/7';
    expect(madeByCall({ id: 'pulls/create' }, {}, { number: 7, head: { sha: SHA } })).toEqual({ commits: [], pull: 7 });
    const asked = mutation('createPullRequest', 'pullRequest { id url }');
    const answer = { data: { createPullRequest: { pullRequest: { id: 'PR_1', url } } } };
    expect(madeByCall({ id: 'mutation/createPullRequest' }, asked, answer)).toEqual({ commits: [], pull: 7 });
    const words = tool(JSON.stringify({ id: '123', url }));
    expect(madeByCall({ id: 'tool/create_pull_request' }, {}, words)).toEqual({ commits: [], pull: 7 });
  });

  it.each([
    ['gives a text of its own the name of the id', 'commit { oid: message }', { commit: { oid: OTHER } }],
    ['does so in a fragment', 'commit { ...f }', { commit: { oid: OTHER } }],
    ['gives another commit the name', 'ref { target: associated { oid } }', { ref: { target: { oid: OTHER } } }],
  ])('says nothing where a GraphQL document %s', (_, payload, answer) => {
    const sent = mutation('createCommitOnBranch', payload);
    sent.query += payload.includes('...f') ? ' fragment f on Commit { oid: messageHeadline }' : '';
    const made = madeByCall({ id: 'mutation/createCommitOnBranch' }, sent, { data: { createCommitOnBranch: answer } });
    expect(made).toBeUndefined();
  });

  it.each([
    ['a call that makes none', 'repos/get', { sha: SHA }],
    ['an id that is none', 'git/create-commit', { sha: 'main' }],
    ['an answer of another form', 'git/create-commit', ['x']],
    ['a failed tool', 'tool/push_files', tool(JSON.stringify({ object: { sha: SHA } }), { isError: true })],
    ['words of a tool', 'tool/push_files', tool(`pushed ${SHA}`)],
    ['a name of an object of JavaScript', 'constructor', { sha: SHA }],
  ])('says nothing for %s', (_, id, answer) => {
    expect(madeByCall({ id }, {}, answer)).toBeUndefined();
  });
});
