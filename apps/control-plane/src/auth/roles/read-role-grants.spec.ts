import { readRoleGrants } from './read-role-grants.js';

describe('readRoleGrants', () => {
  it('reads each role of each group once', () => {
    expect(readRoleGrants({ security: ['approver', 'auditor', 'approver'], eng: ['engineer'] })).toEqual([
      { group: 'security', role: 'approver' },
      { group: 'security', role: 'auditor' },
      { group: 'eng', role: 'engineer' },
    ]);
  });

  it('refuses a role that does not exist, and another shape', () => {
    expect(() => readRoleGrants({ eng: ['root'] })).toThrow('HOLDSHORT_ROLE_GROUPS names the unknown role root.');
    for (const shape of [[], 'x', null, { eng: 'engineer' }, { eng: [1] }]) {
      expect(() => readRoleGrants(shape)).toThrow('HOLDSHORT_ROLE_GROUPS must be a JSON object of lists of names.');
    }
  });
});
