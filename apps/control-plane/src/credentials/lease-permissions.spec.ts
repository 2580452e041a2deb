import type { Operation } from '@holdshort/github-operations';
import { fitPermissions, permissionsFor } from './lease-permissions.js';

const operation = (surface: Operation['surface'], action: 'repo.read' | 'ref.create', id = 'x') => ({
  surface,
  id,
  intents: [{ action, target: { owner: 'acme', repo: 'app' } }],
});
const installation = { id: 1, account: 'acme', permissions: { contents: 'write', issues: 'read' } };

describe('permissions of a lease', () => {
  it('asks for workflows only where contents are written and a workflow is touched', () => {
    expect(permissionsFor(operation('git', 'ref.create'), false)).toEqual({ contents: 'write', metadata: 'read' });
    expect(permissionsFor(operation('git', 'ref.create'), true)).toEqual({
      contents: 'write',
      metadata: 'read',
      workflows: 'write',
    });
    expect(permissionsFor(operation('rest', 'repo.read'), true)).toEqual({ contents: 'read', metadata: 'read' });
  });

  it('refuses what the App was not granted, by name', () => {
    const needed = { metadata: 'read', workflows: 'write' } as const;
    expect(() => fitPermissions(operation('git', 'ref.create'), needed, installation, undefined)).toThrow(
      'The Holdshort GitHub App has no workflows: write on acme.',
    );
    expect(() => fitPermissions(operation('git', 'ref.create'), { issues: 'write' }, installation, undefined)).toThrow(
      'no issues: write',
    );
  });

  it('refuses what policy does not give', () => {
    const limit = { contents: 'read' } as const;
    expect(() => fitPermissions(operation('git', 'ref.create'), { contents: 'write' }, installation, limit)).toThrow(
      'Policy gives no credential with contents: write for this call.',
    );
    expect(
      fitPermissions(operation('git', 'repo.read'), { contents: 'read', metadata: 'read' }, installation, limit),
    ).toEqual({
      contents: 'read',
      metadata: 'read',
    });
  });

  it('drops a read that the App does not have for GraphQL alone, and never contents', () => {
    const needed = { contents: 'read', checks: 'read', issues: 'read' } as const;
    expect(fitPermissions(operation('graphql', 'repo.read'), needed, installation, undefined)).toEqual({
      contents: 'read',
      issues: 'read',
    });
    expect(() => fitPermissions(operation('rest', 'repo.read'), needed, installation, undefined)).toThrow(
      'no checks: read',
    );
    const bare = { ...installation, permissions: {} };
    expect(() => fitPermissions(operation('graphql', 'repo.read'), needed, bare, undefined)).toThrow(
      'no contents: read',
    );
  });
});
