import { classifyGit, intentsOfLfsBatch } from './classify-git.js';
import { intentsOfPush } from './intents-of-push.js';

type Row = [method: string, path: string, query: string, expected: string];

const SHA256 = 'ab'.repeat(32);

const ROWS: Row[] = [
  ['GET', '/acme/app.git/info/refs', 'service=git-upload-pack', 'git/upload-pack-advertisement repo.read acme/app'],
  ['GET', '/acme/app/info/refs', 'service=git-upload-pack', 'git/upload-pack-advertisement repo.read acme/app'],
  ['GET', '/acme/app.git/info/refs', 'service=git-receive-pack', 'git/receive-pack-advertisement repo.read acme/app'],
  ['POST', '/acme/app.git/git-upload-pack', '', 'git/upload-pack repo.read acme/app'],
  ['POST', '/acme/app.git/git-receive-pack', '', 'git/receive-pack ref.update acme/app'],
  ['POST', '/acme/app.git/info/lfs/objects/batch', '', 'lfs/batch lfs.write acme/app'],
  ['POST', '/acme/app.git/info/lfs/locks/verify', '', 'lfs/locks-verify lfs.write acme/app'],
  ['GET', '/acme/app.git/info/lfs/locks', 'limit=1', 'lfs/locks-list repo.read acme/app'],
  ['POST', '/acme/app.git/info/lfs/locks/12/unlock', '', 'lfs/locks-unlock lfs.write acme/app'],
  ['GET', `/acme/app.git/info/lfs/objects/${SHA256}`, '', 'lfs/download repo.read acme/app'],
  ['PUT', `/acme/app.git/info/lfs/objects/${SHA256}`, '', 'lfs/upload lfs.write acme/app'],
  ['GET', '/acme/app.git/info/refs', '', 'operation_unknown'],
  ['GET', '/acme/app.git/info/refs', 'service=git-upload-pack&service=git-receive-pack', 'operation_unknown'],
  ['GET', '/acme/app.git/info/refs', 'service=git-upload-archive', 'operation_unknown'],
  ['POST', '/acme/app.git/info/refs', 'service=git-upload-pack', 'operation_unknown'],
  ['GET', '/acme/app.git/git-receive-pack', '', 'operation_unknown'],
  ['GET', '/acme/app.git/HEAD', '', 'operation_unknown'],
  ['GET', '/acme/app.git/objects/info/packs', '', 'operation_unknown'],
  [
    'GET',
    '/acme/app.wiki.git/info/refs',
    'service=git-upload-pack',
    'git/wiki-upload-pack-advertisement repo.read acme/app',
  ],
  [
    'GET',
    '/acme/app.WIKI/info/refs',
    'service=git-upload-pack',
    'git/wiki-upload-pack-advertisement repo.read acme/app',
  ],
  [
    'GET',
    '/acme/app.wiki.git/info/refs',
    'service=git-receive-pack',
    'git/wiki-receive-pack-advertisement repo.read acme/app',
  ],
  ['POST', '/acme/app.wiki.git/git-upload-pack', '', 'git/wiki-upload-pack repo.read acme/app'],
  ['POST', '/acme/app.wiki.git/git-receive-pack', '', 'git/wiki-receive-pack wiki.write acme/app'],
  ['POST', '/acme/app.wiki/git-receive-pack', '', 'git/wiki-receive-pack wiki.write acme/app'],
  ['POST', '/acme/app.wiki.git/info/lfs/objects/batch', '', 'operation_unknown'],
  ['POST', '/acme/app.wiki.wiki/git-receive-pack', '', 'request_malformed'],
  ['POST', '/acme/.wiki.git/git-receive-pack', '', 'request_malformed'],
  ['POST', '/acme/app.git.wiki/git-receive-pack', '', 'request_malformed'],
  ['GET', '/acme/app', '', 'operation_unknown'],
  ['GET', '/', '', 'operation_unknown'],
  ['GET', '/acme/app.git.git/info/refs', 'service=git-upload-pack', 'request_malformed'],
  ['GET', '/acme/../info/refs', 'service=git-upload-pack', 'request_malformed'],
  ['GET', '/acme%2Fapp/x/info/refs', 'service=git-upload-pack', 'request_malformed'],
  ['POST', '/acme/app.git/./git-receive-pack', '', 'operation_unknown'],
  ['POST', '/acme/app.git/git-receive-pack/', '', 'operation_unknown'],
  ['POST', '/acme/app.git/constructor', '', 'operation_unknown'],
];

describe('classifyGit', () => {
  it.each(ROWS)('%s %s %s', (method, path, query, expected) => {
    const result = classifyGit({ host: 'github.com', method, path, query });
    if ('refusal' in result) {
      expect(result.refusal.code).toBe(expected);
      return;
    }
    const { id, intents } = result.operation;
    expect(
      `${id} ${intents.map(({ action, target }) => `${action} ${target.owner ?? ''}/${target.repo ?? ''}`).join(' ')}`,
    ).toBe(expected);
  });
});

const ID = '0123456789abcdef0123456789abcdef';
const GISTS: Row[] = [
  ['GET', `/${ID}.git/info/refs`, 'service=git-upload-pack', 'git/gist-upload-pack-advertisement account.read'],
  ['GET', `/alice/${ID}.git/info/refs`, 'service=git-receive-pack', 'git/gist-receive-pack-advertisement account.read'],
  ['POST', `/${ID}/git-upload-pack`, '', 'git/gist-upload-pack account.read'],
  ['POST', `/alice/${ID}.git/git-receive-pack`, '', 'git/gist-receive-pack gist.write'],
  ['POST', '/12345.git/git-receive-pack', '', 'git/gist-receive-pack gist.write'],
  ['POST', `/${ID}.git/info/lfs/objects/batch`, '', 'operation_unknown'],
  ['GET', `/${ID}.git/HEAD`, '', 'operation_unknown'],
  ['POST', '/alice/app.git/git-receive-pack', '', 'request_malformed'],
  ['POST', `/a%2Fb/${ID}.git/git-receive-pack`, '', 'request_malformed'],
  ['GET', `/alice/${ID}`, '', 'operation_unknown'],
  ['GET', `/a/b/${ID}.git/info/refs`, 'service=git-upload-pack', 'operation_unknown'],
];

describe('classifyGit on gist.github.com', () => {
  it.each(GISTS)('%s %s %s', (method, path, query, expected) => {
    const result = classifyGit({ host: 'gist.github.com', method, path, query });
    if ('refusal' in result) {
      expect(result.refusal.code).toBe(expected);
      return;
    }
    const { id, intents } = result.operation;
    expect(`${id} ${intents.map(({ action }) => action).join(' ')}`).toBe(expected);
    expect(intents.map(({ target }) => target)).toEqual([{ account: true }]);
  });
});

describe('intentsOfLfsBatch', () => {
  it('reads for a download and writes for everything else', () => {
    expect(intentsOfLfsBatch('o', 'r', { operation: 'download' })).toEqual([
      { action: 'repo.read', target: { owner: 'o', repo: 'r' } },
    ]);
    for (const body of [{ operation: 'upload' }, { operation: 'Download' }, {}, undefined]) {
      expect(intentsOfLfsBatch('o', 'r', body)).toMatchObject([{ action: 'lfs.write' }]);
    }
  });
});

describe('intentsOfPush', () => {
  it('gives one intent for each command, in order', () => {
    const refs = [
      { ref: 'refs/heads/a', kind: 'create', paths: ['x'] },
      { ref: 'refs/heads/b', kind: 'force', paths: [] },
      { ref: 'refs/tags/v1', kind: 'delete', paths: [] },
    ] as const;
    expect(intentsOfPush('acme', 'app', refs)).toEqual([
      { action: 'ref.create', target: { owner: 'acme', repo: 'app', ref: 'refs/heads/a', paths: ['x'] } },
      { action: 'ref.force', target: { owner: 'acme', repo: 'app', ref: 'refs/heads/b', paths: [] } },
      { action: 'ref.delete', target: { owner: 'acme', repo: 'app', ref: 'refs/tags/v1', paths: [] } },
    ]);
  });
});
