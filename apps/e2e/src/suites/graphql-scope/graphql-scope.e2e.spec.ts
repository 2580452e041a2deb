import { said, execute } from '../../harness/execute.js';
import { Stack, calls, type GithubRequest, type StoredEvent } from '../../harness/stack.js';
import { HIDDEN_DOCUMENTS } from './hidden-documents.js';

const APP = 'https://github.com/acme/app.git';
const BODY = 'only for those who name the repository';
const ADVICE = 'Name the repository with repository(owner:, name:).';
const hasGh = (await execute(['sh', '-c', 'command -v gh'])).code === 0;
if (!hasGh) process.stderr.write('SKIPPED: gh is not installed (Debian package gh), so its calls are not tried\n');
const describeGh = hasGh ? describe : describe.skip;

interface Answer {
  data?: unknown;
  errors?: { type: string; message: string; extensions: { code: string; correlation_id: string } }[];
}

const isGraphql = ({ path }: GithubRequest): boolean => path.endsWith('/graphql');
const isGraphqlCall = ({ request }: StoredEvent): boolean => request?.surface === 'graphql';

describe('what a GraphQL document may reach', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam');
    const ran = await stack.script(
      'alice',
      `git clone -q ${APP} app && cd app && git config user.email a@b && git config user.name a
git checkout -q -b topic/scope && echo scope > scope.txt && git add . && git commit -qm scope && git push -q origin topic/scope
curl -sS --fail https://api.github.com/repos/acme/app/pulls -d '{"title":"A pull request","head":"topic/scope","base":"main"}'
curl -sS --fail https://api.github.com/repos/acme/app/issues -d '{"title":"An issue","body":"${BODY}"}'`,
      { cwd: stack.dir },
    );
    expect(said(ran)).toBe('ok');
  }, 180_000);
  afterAll(() => stack.stop());

  const inApp = (script: string) => stack.script('alice', script, { cwd: stack.workFile('app') });

  const reachedSince = async (since: number): Promise<GithubRequest[]> =>
    (await stack.requests(since)).filter(isGraphql);

  /** The whole refusal, in the form that GraphQL clients read; GitHub saw nothing. */
  async function expectRefused(text: string, field: string, since: number): Promise<void> {
    const answer = JSON.parse(text) as Answer;
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]).toMatchObject({ type: 'FORBIDDEN', extensions: { code: 'target_unresolved' } });
    expect(answer.errors?.[0]?.message).toContain(
      `The GraphQL field "${field}" reaches content of repositories that the document does not name. ${ADVICE}`,
    );
    expect(text).not.toContain(BODY);
    expect(await reachedSince(since)).toEqual([]);
  }

  const post = (url: string, document: string) =>
    inApp(`curl -sS -H "Authorization: token $GH_TOKEN" ${url} --data-binary @- <<'BODY'
${JSON.stringify({ query: document })}
BODY`);

  it.each(HIDDEN_DOCUMENTS)('by curl, refuses %s', async (_way, field, document) => {
    const since = await stack.lastRequest();
    await expectRefused((await post('https://api.github.com/graphql', document)).stdout, field, since);
  });

  it('refuses the same at the endpoint', async () => {
    const since = await stack.lastRequest();
    const [, field = '', document = ''] = HIDDEN_DOCUMENTS[0] ?? [];
    await expectRefused((await post('$HOLDSHORT_AGENT_ENDPOINT/api/graphql', document)).stdout, field, since);
  });

  it('shows the content where its repository is named', async () => {
    const since = await stack.lastRequest();
    const document = '{ repository(owner: "acme", name: "app") { issues(first: 9) { nodes { body } } } }';
    expect((await post('https://api.github.com/graphql', document)).stdout).toContain(BODY);
    expect(await reachedSince(since)).toHaveLength(1);
  });

  it('lists repositories of an account with a credential that shows no content', async () => {
    const document = '{ organization(login: "acme") { repositories(first: 9) { nodes { nameWithOwner } } } }';
    expect((await post('https://api.github.com/graphql', document)).stdout).toContain('"acme/app"');
    const isListing = (event: StoredEvent): boolean =>
      isGraphqlCall(event) && event.request?.operation === 'query/organization' && event.lease !== undefined;
    const events = await stack.events((all) => all.some(isListing));
    const listing = calls(events).find(isListing);
    expect(listing?.request?.intents).toEqual(['account.read']);
    expect(listing?.lease?.permissions).toEqual({ metadata: 'read' });
  });

  describeGh('gh', () => {
    it.each(HIDDEN_DOCUMENTS)('api graphql: refuses %s', async (_way, field, document) => {
      const since = await stack.lastRequest();
      const ran = await inApp(`gh api graphql -f query='${document}'`);
      expect(ran.code).not.toBe(0);
      expect(ran.stderr).toContain('Holdshort refused');
      await expectRefused(ran.stdout, field, since);
    });

    it.each([
      ['repo list acme', 'acme/app'],
      ['repo view acme/app', 'acme/app'],
      ['pr list', 'A pull request'],
      ['pr view 1', 'A pull request'],
      ['pr status', 'A pull request'],
      ['issue list', 'An issue'],
      ['issue view 2', BODY],
    ])('%s works', async (command, shown) => {
      const since = await stack.lastRequest();
      const ran = await inApp(`gh ${command}`);
      expect(said(ran)).toBe('ok');
      expect(ran.stdout).toContain(shown);
      expect((await reachedSince(since)).length).toBeGreaterThan(0);
    });
  });

  it('records a refusal once, with its reason', async () => {
    const [, , document = ''] = HIDDEN_DOCUMENTS[0] ?? [];
    const answer = JSON.parse((await post('https://api.github.com/graphql', document)).stdout) as Answer;
    const id = answer.errors?.[0]?.extensions.correlation_id;
    const isOfCall = (event: StoredEvent): boolean => event.correlation_id === id;
    const events = (await stack.events((all) => all.some(isOfCall))).filter(isOfCall);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      outcome: 'refused',
      human: { login: 'alice' },
      request: { surface: 'graphql' },
      error: { code: 'target_unresolved' },
    });
  });
});
