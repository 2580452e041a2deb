import { Harness } from './testing/harness.js';

interface Result {
  data: Record<string, Record<string, unknown> | null> | null;
  errors?: { type?: string; message: string }[];
}

// Contract: GraphQL over GitHub's own schema changes the same repositories under the same permissions as REST.
describe('the stand-in, used by GraphQL', () => {
  let harness: Harness;
  let token: string;

  beforeAll(async () => {
    harness = await Harness.start();
    token = await harness.token();
  });

  afterAll(() => harness.close());

  const ask = async (query: string, variables: Record<string, unknown> = {}, as = token): Promise<Result> =>
    (await harness.call('POST', '/graphql', { token: as, body: { query, variables } })).json as Result;

  const repository = async (): Promise<{ id: string; oid: string; ref: string }> => {
    const result = await ask('{repository(owner:"acme",name:"app"){id defaultBranchRef{id target{oid}}}}');
    const found = result.data?.repository as { id: string; defaultBranchRef: { id: string; target: { oid: string } } };
    return { id: found.id, oid: found.defaultBranchRef.target.oid, ref: found.defaultBranchRef.id };
  };

  const COMMIT = 'mutation($input:CreateCommitOnBranchInput!){createCommitOnBranch(input:$input){commit{oid}}}';

  const commitInput = (head: string, path: string): Record<string, unknown> => ({
    input: {
      branch: { repositoryNameWithOwner: 'acme/app', branchName: 'main' },
      expectedHeadOid: head,
      message: { headline: 'By GraphQL' },
      fileChanges: { additions: [{ path, contents: Buffer.from('x\n').toString('base64') }] },
    },
  });

  it('commits on a branch, only on the head that the caller saw', async () => {
    const { oid } = await repository();
    const made = await ask(COMMIT, commitInput(oid, 'graphql.txt'));
    const refs = await harness.control<Record<string, string>>('GET', '/refs/acme/app');
    expect(made.data?.createCommitOnBranch).toEqual({ commit: { oid: refs['refs/heads/main'] } });
    expect((await ask(COMMIT, commitInput(oid, 'again.txt'))).errors?.[0]?.type).toBe('STALE_DATA');
  });

  it('creates, moves and deletes refs by their node ids', async () => {
    const { id, oid } = await repository();
    const created = await ask('mutation($i:CreateRefInput!){createRef(input:$i){ref{id name}}}', {
      i: { repositoryId: id, name: 'refs/heads/g', oid },
    });
    const ref = (created.data?.createRef as { ref: { id: string } }).ref.id;
    expect(ref).toMatch(/^REF_kwDO/);
    const parent = await ask(
      'query($id:ID!){node(id:$id){...on Ref{target{...on Commit{parents(first:1){nodes{oid}}}}}}}',
      { id: ref },
    );
    const older = (parent.data?.node as { target: { parents: { nodes: { oid: string }[] } } }).target.parents.nodes[0]
      ?.oid;
    const UPDATE = 'mutation($i:UpdateRefInput!){updateRef(input:$i){ref{name}}}';
    expect((await ask(UPDATE, { i: { refId: ref, oid: older } })).errors?.[0]?.message).toBe(
      'Update is not a fast forward',
    );
    expect((await ask(UPDATE, { i: { refId: ref, oid: older, force: true } })).errors).toBeUndefined();
    await ask('mutation($i:DeleteRefInput!){deleteRef(input:$i){clientMutationId}}', { i: { refId: ref } });
    expect(await harness.control('GET', '/refs/acme/app')).not.toHaveProperty('refs/heads/g');
  });

  it('asks for the permission of each mutation, and hides what the token does not name', async () => {
    const { oid } = await repository();
    const read = await harness.token({ repositories: ['app'], permissions: { contents: 'read' } });
    expect((await ask(COMMIT, commitInput(oid, 'no.txt'), read)).errors?.[0]).toMatchObject({
      type: 'FORBIDDEN',
      message: 'Resource not accessible by integration',
    });
    expect(
      (await ask('{repository(owner:"acme",name:"app"){pullRequests(first:1){totalCount}}}', {}, read)).errors?.[0]
        ?.type,
    ).toBe('FORBIDDEN');
    const hidden = await ask('{repository(owner:"acme",name:"payments"){id}}', {}, read);
    expect(hidden.data).toEqual({ repository: null });
    expect(hidden.errors?.[0]).toMatchObject({
      type: 'NOT_FOUND',
      message: "Could not resolve to a Repository with the name 'acme/payments'.",
    });
    expect((await repository()).oid).toBe(oid);
  });

  it('runs several mutations of one document, in order', async () => {
    const { id } = await repository();
    const result = await ask(
      'mutation($r:ID!){a:createIssue(input:{repositoryId:$r,title:"A"}){issue{number}} b:createIssue(input:{repositoryId:$r,title:"B"}){issue{number title}}}',
      { r: id },
    );
    expect(result.data).toEqual({ a: { issue: { number: 1 } }, b: { issue: { number: 2, title: 'B' } } });
  });

  it('knows the schema, and says what is wrong or missing', async () => {
    const fields = await ask('{__type(name:"PullRequest"){fields{name}}}');
    expect(JSON.stringify(fields.data)).toContain('"autoMergeRequest"');
    expect((await ask('{viewer{nonsense}}')).errors?.[0]?.message).toBe(
      "Field 'nonsense' doesn't exist on type 'User'",
    );
    expect((await ask('{viewer{gists(first:1){totalCount}}}')).errors?.[0]).toMatchObject({
      type: 'NOT_IMPLEMENTED',
      message: '501: the GitHub stand-in does not implement User.gists',
    });
    expect((await ask('{')).errors?.[0]?.message).toContain('Syntax Error');
  });

  it('wants a credential', async () => {
    expect((await harness.call('POST', '/graphql', { body: { query: '{viewer{login}}' } })).status).toBe(401);
  });
});
