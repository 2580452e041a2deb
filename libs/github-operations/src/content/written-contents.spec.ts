import { writtenContents, type WritingCall } from './written-contents.js';

const SECRET = 'a text that must be found';
const base64 = Buffer.from(SECRET).toString('base64');

/** Paths under which the text is handed to the scanners. */
const found = (call: WritingCall): string[] =>
  writtenContents(call)
    .filter(({ content }) => Buffer.from(content).toString('utf8').includes(SECRET))
    .map(({ path }) => path);

const graphql = (query: string, variables?: object): WritingCall => ({
  surface: 'graphql',
  body: { query, ...(variables ? { variables } : {}) },
});
const tool = (name: string, args: object) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: args },
});

describe('writtenContents', () => {
  it.each<[string, WritingCall, string[]]>([
    [
      'a file by the contents API',
      { surface: 'rest', path: 'src/a.env', body: { content: base64, message: 'm' } },
      ['src/a.env'],
    ],
    ['base64 in lines', { surface: 'rest', path: 'a', body: { content: base64.replace(/(.{8})/g, '$1\n') } }, ['a']],
    [
      'base64 in the URL alphabet',
      { surface: 'rest', path: 'a', body: { content: base64.replaceAll('+', '-').replaceAll('/', '_') } },
      ['a'],
    ],
    [
      'a commit message beside it',
      { surface: 'rest', path: 'a', body: { content: 'eA==', message: SECRET } },
      ['body.message'],
    ],
    ['a blob in base64', { surface: 'rest', body: { content: base64, encoding: 'base64' } }, ['body.content']],
    ['a blob in utf-8', { surface: 'rest', body: { content: SECRET } }, ['body.content']],
    [
      'a tree',
      {
        surface: 'rest',
        body: {
          tree: [
            { path: 'x', content: 'y' },
            { path: 'b/c.txt', content: SECRET },
          ],
        },
      },
      ['b/c.txt'],
    ],
    ['a gist', { surface: 'rest', body: { files: { 'notes.md': { content: SECRET } } } }, ['notes.md']],
    [
      'the name of a file of a gist',
      { surface: 'rest', body: { files: { [SECRET]: { content: 'x' } } } },
      ['body.files.*'],
    ],
    ['an issue', { surface: 'rest', body: { title: SECRET, body: SECRET } }, ['body.title', 'body.body']],
    [
      'comments of a review',
      { surface: 'rest', body: { comments: [{ path: 'a.ts', body: SECRET }] } },
      ['body.comments[0].body'],
    ],
    [
      'inputs of a workflow',
      { surface: 'rest', body: { ref: 'main', inputs: { a: { b: [SECRET] } } } },
      ['body.inputs.a.b[0]'],
    ],
    [
      'a parameter in the query',
      { surface: 'rest', body: undefined, query: `title=${encodeURIComponent(SECRET)}` },
      ['query.title'],
    ],
    [
      'createCommitOnBranch by variables',
      graphql('mutation($i: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $i) { clientMutationId } }', {
        i: { fileChanges: { additions: [{ path: 'd/e', contents: base64 }] }, message: { headline: SECRET } },
      }),
      ['d/e', 'input.message.headline'],
    ],
    [
      'createCommitOnBranch by literals, in a fragment',
      graphql(
        `mutation { ...f } fragment f on Mutation { createCommitOnBranch(input: { fileChanges: { additions: [{ path: "d/e", contents: "${base64}" }] } }) { clientMutationId } }`,
      ),
      ['d/e'],
    ],
    [
      'a block string',
      graphql(`mutation { addComment(input: { subjectId: "x", body: """\n  ${SECRET}\n""" }) { clientMutationId } }`),
      ['input.body'],
    ],
    [
      'a default of a variable',
      graphql(
        `mutation($b: String = "${SECRET}") { addComment(input: { subjectId: "x", body: $b }) { clientMutationId } }`,
      ),
      ['input.body'],
    ],
    ['push_files', { surface: 'mcp', body: tool('push_files', { files: [{ path: 'p', content: SECRET }] }) }, ['p']],
    [
      'a batch of tools',
      {
        surface: 'mcp',
        body: [tool('issue_write', { title: 'tttttttt' }), tool('add_issue_comment', { body: SECRET })],
      },
      ['arguments.body'],
    ],
  ])('finds the text of %s', (_what, call, paths) => {
    expect(found(call)).toEqual(paths);
  });

  it('reads nothing in queries, in other messages of MCP, and in no body', () => {
    expect(writtenContents(graphql(`{ search(query: "${SECRET}", type: ISSUE, first: 1) { issueCount } }`))).toEqual(
      [],
    );
    expect(
      writtenContents({
        surface: 'mcp',
        body: { jsonrpc: '2.0', id: 1, method: 'prompts/get', params: { name: SECRET } },
      }),
    ).toEqual([]);
    expect(writtenContents({ surface: 'rest', body: undefined })).toEqual([]);
  });
});
