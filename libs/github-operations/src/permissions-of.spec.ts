import type { Intent, Operation } from './operation.js';
import { permissionsOf } from './permissions-of.js';

const of = (surface: Operation['surface'], id: string, ...intents: Intent[]): Record<string, string> =>
  permissionsOf({ surface, id, intents });
const target = { owner: 'acme', repo: 'app' };

describe('permissionsOf', () => {
  it('gives a read no more than its read', () => {
    expect(of('rest', 'pulls/get', { action: 'pull.read', target })).toEqual({
      metadata: 'read',
      pull_requests: 'read',
    });
  });

  it('gives a push contents, and workflows only where it changes one', () => {
    expect(of('git', 'git/receive-pack', { action: 'ref.update', target: { ...target, paths: ['a'] } })).toEqual({
      metadata: 'read',
      contents: 'write',
    });
    expect(
      of('git', 'git/receive-pack', {
        action: 'ref.update',
        target: { ...target, paths: ['.github/workflows/a.yml'] },
      }),
    ).toEqual({
      metadata: 'read',
      contents: 'write',
      workflows: 'write',
    });
  });

  it('gives the advertisement of a push what GitHub asks for it', () => {
    expect(of('git', 'git/receive-pack-advertisement', { action: 'repo.read', target })).toEqual({
      metadata: 'read',
      contents: 'write',
    });
    expect(of('git', 'git/upload-pack-advertisement', { action: 'repo.read', target })).toEqual({
      metadata: 'read',
      contents: 'read',
    });
  });

  it('lets a GraphQL query read what one query selects, and write nothing', () => {
    const permissions = of('graphql', 'query/repository', { action: 'repo.read', target });
    expect(new Set(Object.values(permissions))).toEqual(new Set(['read']));
    expect(permissions).toHaveProperty('pull_requests');
  });

  it('keeps the higher level of two intents in either order', () => {
    const read: Intent = { action: 'pull.read', target };
    const write: Intent = { action: 'pull.update', target };
    expect(of('rest', 'x', read, write)).toEqual({ metadata: 'read', pull_requests: 'write' });
    expect(of('rest', 'x', write, read)).toEqual({ metadata: 'read', pull_requests: 'write' });
  });
});
