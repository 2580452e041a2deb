import type { Operation } from '../operation.js';
import { classifyGit } from './classify-git.js';
import { classifyLfsBatch } from './classify-lfs-batch.js';

const path = '/acme/app.git/info/lfs/objects/batch';
const base = (classifyGit({ host: 'github.com', method: 'POST', path }) as { operation: Operation }).operation;
const objects = [{ oid: 'ab'.repeat(32), size: 3 }];

describe('classifyLfsBatch', () => {
  it('is a write as long as its body is not read', () => {
    expect(base).toMatchObject({ id: 'lfs/batch', class: 'write' });
  });

  it.each([
    ['download', 'lfs/batch-download', 'read', 'repo.read'],
    ['upload', 'lfs/batch-upload', 'write', 'lfs.write'],
  ])('%s', (operation, id, gravity, action) => {
    expect(classifyLfsBatch(base, { operation, objects, transfers: ['ssh', 'basic'] })).toMatchObject({
      operation: { id, class: gravity, intents: [{ action, target: { owner: 'acme', repo: 'app' } }] },
    });
  });

  it.each([
    [undefined, 'request_malformed'],
    [{ operation: 'Download', objects }, 'operation_unknown'],
    [{ operation: 'download', objects: {} }, 'request_malformed'],
    [{ operation: 'download', objects: [{ oid: 'AB'.repeat(32), size: 3 }] }, 'request_malformed'],
    [{ operation: 'download', objects: [{ oid: 'ab'.repeat(32), size: -1 }] }, 'request_malformed'],
    [{ operation: 'download', objects, transfers: ['custom'] }, 'operation_unknown'],
    [{ operation: 'download', objects, hash_algo: 'md5' }, 'operation_unknown'],
    [{ operation: 'upload', objects: Array.from({ length: 1001 }, () => objects[0]) }, 'request_malformed'],
  ])('refuses %j', (body, code) => {
    expect(classifyLfsBatch(base, body)).toMatchObject({ refusal: { code } });
  });
});
