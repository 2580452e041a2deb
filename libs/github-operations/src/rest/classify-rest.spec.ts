import fc from 'fast-check';
import { classifyRest, type RestCall } from './classify-rest.js';

type Call = Omit<RestCall, 'host'> & { host?: string };

const classify = (call: Call): ReturnType<typeof classifyRest> => classifyRest({ host: 'api.github.com', ...call });

/** `action owner/repo#number ref [paths]` for each intent, or the refusal's code. */
function summary(call: Call): string[] {
  const result = classify(call);
  if ('refusal' in result) return [result.refusal.code];
  return result.operation.intents.map(
    ({ action, target: { owner, repo, repositoryId, number, ref, paths, account } }) => {
      const place =
        repo === undefined ? (owner ?? repositoryId ?? (account ? '(account)' : '?')) : `${owner ?? '?'}/${repo}`;
      return [action, `${place}${number === undefined ? '' : `#${number}`}`, ref, paths && `[${paths.join(' ')}]`]
        .filter((part) => part !== undefined)
        .join(' ');
    },
  );
}

const R = '/repos/acme/app';

type Row = [call: string, body: unknown, expected: string[]];

const ROWS: Row[] = [
  [`GET ${R}`, undefined, ['metadata.read acme/app']],
  [`GET ${R}/contents/README.md`, undefined, ['repo.read acme/app']],
  [`GET ${R}/contents/`, undefined, ['repo.read acme/app']],
  [`GET ${R}/pulls/7`, undefined, ['pull.read acme/app#7']],
  [`GET ${R}/issues/7/comments`, undefined, ['issue.read acme/app#7']],
  ['GET /repositories/12/pulls/3/commits', undefined, ['pull.read 12#3']],
  ['GET /user', undefined, ['account.read (account)']],
  ['GET /orgs/acme/repos', undefined, ['metadata.read acme']],
  ['GET /rate_limit', undefined, ['metadata.read (account)']],
  [`GET ${R}/actions/secrets`, undefined, ['secret.read acme/app']],
  [`GET ${R}/keys`, undefined, ['admin.read acme/app']],
  [`GET ${R}/dependabot/alerts`, undefined, ['security.read acme/app']],

  [`PUT ${R}/contents/src/a.ts`, { message: 'm' }, ['ref.update acme/app [src/a.ts]']],
  [`PUT ${R}/contents/src%2Fa.ts`, { branch: 'main' }, ['ref.update acme/app refs/heads/main [src/a.ts]']],
  [`PUT ${R}/contents/a`, { branch: 'refs/heads/main' }, ['ref.update acme/app refs/heads/main [a]']],
  [`PUT ${R}/contents/a`, { branch: 'heads/main' }, ['request_malformed']],
  [`PUT ${R}/contents/a`, { branch: 'refs/tags/v1' }, ['request_malformed']],
  [`PUT ${R}/contents/a`, { branch: 'main ' }, ['request_malformed']],
  [`PUT ${R}/contents/a`, { branch: ['main'] }, ['request_malformed']],
  [`PUT ${R}/contents/a`, [], ['request_malformed']],
  [`PUT ${R}/contents/a?branch=main`, { branch: 'topic' }, ['request_malformed']],
  [`PUT ${R}/contents/a?branch=main`, {}, ['ref.update acme/app refs/heads/main [a]']],
  [`PUT ${R}/contents/a?branch=x&branch=main`, {}, ['request_malformed']],
  [`PUT ${R}/contents/a?branch[]=main`, { branch: 'topic' }, ['request_malformed']],
  [
    `DELETE ${R}/contents/.github/workflows/ci.yml`,
    { branch: 'topic', sha: 'x' },
    ['ref.update acme/app refs/heads/topic [.github/workflows/ci.yml]'],
  ],
  [`DELETE /repositories/12/contents/a`, { sha: 'x' }, ['ref.update 12 [a]']],
  [`POST ${R}/git/refs`, { ref: 'refs/heads/x', sha: 's' }, ['ref.create acme/app refs/heads/x']],
  [`POST ${R}/git/refs`, { ref: 'heads/x' }, ['request_malformed']],
  [`POST ${R}/git/refs`, {}, ['target_unresolved']],
  [`PATCH ${R}/git/refs/heads/a/b`, { sha: 's' }, ['ref.update acme/app refs/heads/a/b']],
  [`PATCH ${R}/git/refs/heads%2Fmain`, { sha: 's', force: true }, ['ref.force acme/app refs/heads/main']],
  [`PATCH ${R}/git/refs/heads/main`, { sha: 's', force: 'yes' }, ['ref.force acme/app refs/heads/main']],
  [`PATCH ${R}/git/refs/heads/main?force=1`, { sha: 's' }, ['ref.force acme/app refs/heads/main']],
  [`PATCH ${R}/git/refs/refs/heads/main`, { sha: 's' }, ['request_malformed']],
  [`PATCH ${R}/git/refs/main`, { sha: 's' }, ['request_malformed']],
  [`DELETE ${R}/git/refs/tags/v1`, undefined, ['ref.delete acme/app refs/tags/v1']],
  [
    `POST ${R}/git/trees`,
    { tree: [{ path: '.github/workflows/x.yml', mode: '100644' }, { path: 'a' }] },
    ['object.write acme/app [.github/workflows/x.yml a]'],
  ],
  [`POST ${R}/git/trees`, { tree: [{ mode: '100644' }] }, ['request_malformed']],
  [`POST ${R}/git/blobs`, { content: 'x' }, ['object.write acme/app']],
  [`POST ${R}/merges`, { base: 'main', head: 'topic' }, ['ref.update acme/app refs/heads/main']],
  [`POST ${R}/merges`, { head: 'topic' }, ['target_unresolved']],
  [`POST ${R}/merge-upstream`, { branch: 'main' }, ['ref.update acme/app refs/heads/main']],
  [
    `POST ${R}/branches/a/b/rename`,
    { new_name: 'c' },
    ['ref.delete acme/app refs/heads/a/b', 'ref.create acme/app refs/heads/c'],
  ],
  [`PUT ${R}/pulls/7/merge`, {}, ['pull.merge acme/app#7']],
  [`PUT ${R}/pulls/7/merge`, undefined, ['pull.merge acme/app#7']],
  [`PUT ${R}/pulls/7/update-branch`, {}, ['pull.update acme/app#7', 'ref.update acme/app#7 refs/pull/7/head']],
  [`POST ${R}/pulls`, { head: 'topic', base: 'main', title: 't' }, ['pull.open acme/app']],
  [`POST ${R}/pulls/7/reviews`, { event: 'APPROVE' }, ['pull.review acme/app#7']],
  [`POST ${R}/issues`, { title: 't' }, ['issue.write acme/app']],
  [`POST ${R}/issues/7/comments`, { body: 'b' }, ['comment.write acme/app#7']],
  [`POST ${R}/releases`, { tag_name: 'v1' }, ['release.write acme/app', 'ref.create acme/app refs/tags/v1']],
  [`POST ${R}/deployments`, { ref: 'main' }, ['deployment.write acme/app', 'ref.update acme/app refs/heads/main']],
  [`POST ${R}/deployments`, { ref: 'main', auto_merge: false }, ['deployment.write acme/app']],
  [
    `POST ${R}/code-scanning/alerts/3/autofix/commits`,
    { target_ref: 'refs/heads/main' },
    ['ref.update acme/app refs/heads/main'],
  ],
  [`POST ${R}/dispatches`, { event_type: 'x' }, ['workflow.run acme/app']],
  [`POST ${R}/actions/workflows/ci.yml/dispatches`, { ref: 'main' }, ['workflow.run acme/app']],
  [`POST ${R}/actions/runs/5/rerun`, undefined, ['workflow.run acme/app']],
  [`POST ${R}/actions/runs/5/pending_deployments`, {}, ['workflow.admin acme/app']],
  [`PUT ${R}/actions/secrets/X`, {}, ['secret.write acme/app']],
  [`PUT ${R}/branches/main/protection`, {}, ['protection.update acme/app']],
  [`DELETE ${R}/branches/release/1/protection`, undefined, ['protection.update acme/app']],
  [`POST ${R}/rulesets`, {}, ['protection.update acme/app']],
  [`PUT ${R}/environments/prod`, {}, ['protection.update acme/app']],
  [`POST ${R}/keys`, {}, ['repo.admin acme/app']],
  [`POST ${R}/hooks`, {}, ['repo.admin acme/app']],
  [`PUT ${R}/collaborators/mallory`, {}, ['repo.admin acme/app']],
  [`PATCH ${R}`, { private: false }, ['repo.admin acme/app']],
  [`POST ${R}/transfer`, { new_owner: 'other' }, ['repo.admin acme/app']],
  [`DELETE ${R}`, undefined, ['repo.delete acme/app']],
  [`POST ${R}/forks`, {}, ['repo.fork acme/app']],
  [`POST ${R}/generate`, { owner: 'other', name: 'x' }, ['repo.read acme/app', 'repo.create other']],
  ['POST /orgs/acme/repos', { name: 'x' }, ['repo.create acme']],
  ['POST /gists', { files: {} }, ['gist.write (account)']],
  ['POST /user/keys', {}, ['account.admin (account)']],
  ['POST /app/installations/1/access_tokens', {}, ['account.admin (account)']],
  [`POST ${R}/codespaces`, {}, ['codespace.use acme/app']],
  [`POST /agents${R}/tasks`, {}, ['workflow.run acme/app']],
  [`PUT ${R}/subscription`, {}, ['social.write acme/app']],

  ['GET /search/code?q=addClass+repo:acme/app', undefined, ['repo.read acme/app']],
  [
    'GET /search/code?q=x+repo:acme/app+repo:other/private',
    undefined,
    ['repo.read acme/app', 'repo.read other/private'],
  ],
  ['GET /search/code?q=x+OR+repo:acme/app', undefined, ['operation_unknown']],
  ['GET /search/code?q=x+org:acme', undefined, ['operation_unknown']],
  ['GET /search/code?q=%22repo:acme/app%22', undefined, ['operation_unknown']],
  ['GET /search/repositories?q=org:acme', undefined, ['account.read acme']],
  ['GET /search/issues?q=is:open', undefined, ['operation_unknown']],
  ['GET /search/labels?q=bug&repository_id=12', undefined, ['issue.read 12']],

  ['GET /repos/acme%2Fapp/x/pulls', undefined, ['request_malformed']],
  ['GET /repos/acme/app%2Fpulls', undefined, ['request_malformed']],
  ['GET /repos/acme/app.git', undefined, ['request_malformed']],
  ['GET /repos/ac%20me/app', undefined, ['request_malformed']],
  [`GET ${R}/pulls/1%2Fmerge`, undefined, ['request_malformed']],
  [`GET ${R}/pulls/seven`, undefined, ['request_malformed']],
  [`GET ${R}/labels/a%2Fb`, undefined, ['issue.read acme/app']],
  [`GET ${R}/environments/a%2Fb`, undefined, ['deployment.read acme/app']],
  ['GET /nothing', undefined, ['operation_unknown']],
  [`POST ${R}/releases/1/assets`, undefined, ['operation_unknown']],
];

describe('classifyRest', () => {
  it.each(ROWS)('%s %j', (line, body, expected) => {
    const [method = '', url = ''] = line.split(' ');
    const [path = '', query = ''] = url.split('?');
    expect(summary({ method, path, query, body })).toEqual(expected);
  });

  it('names method, host and path of what it does not know', () => {
    expect(classify({ method: 'GET', path: '/nothing' })).toEqual({
      refusal: {
        code: 'operation_unknown',
        message:
          'GET /nothing on api.github.com is not an operation that Holdshort knows, and unknown calls are refused.',
      },
    });
  });

  it('knows uploads on their own host, and nothing else there', () => {
    const upload = { method: 'POST', path: `${R}/releases/1/assets`, query: 'name=x.zip' };
    expect(classify({ ...upload, host: 'uploads.github.com' })).toMatchObject({
      operation: { surface: 'upload', id: 'repos/upload-release-asset' },
    });
    expect(summary({ host: 'uploads.github.com', method: 'GET', path: R })).toEqual(['operation_unknown']);
  });

  it('gives an operation the gravest class of its intents', () => {
    expect(classify({ method: 'POST', path: `${R}/branches/a/rename`, body: { new_name: 'b' } })).toMatchObject({
      operation: { class: 'destructive' },
    });
  });

  it('never throws, and never judges a write to a named branch as one to another', () => {
    const name = fc.oneof(fc.constantFrom('main', 'refs/heads/main', 'heads/main', 'a/b'), fc.string());
    fc.assert(
      fc.property(name, (branch) => {
        const result = classify({ method: 'PUT', path: `${R}/contents/a`, body: { branch } });
        if ('refusal' in result) return;
        const ref = result.operation.intents[0]?.target.ref;
        const short = branch.replace(/^refs\/heads\//, '');
        expect(ref).toBe(branch === '' ? undefined : `refs/heads/${short}`);
      }),
      { numRuns: 500 },
    );
  });
});
