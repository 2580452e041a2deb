import { RoleMap } from './role-map.js';

describe('RoleMap', () => {
  it('adds up the roles of all groups, and gives none for groups that it does not know', () => {
    const map = new RoleMap({ security: ['approver', 'auditor'], eng: ['engineer'] });
    expect([...map.rolesOf(['eng', 'security', 'guests'])]).toEqual(['engineer', 'approver', 'auditor']);
    expect([...map.rolesOf(['guests', '__proto__', 'constructor'])]).toEqual([]);
  });

  it('refuses a role that does not exist, and another shape', () => {
    expect(() => new RoleMap({ eng: ['root'] })).toThrow('HOLDSHORT_ROLE_GROUPS names the unknown role root.');
    for (const shape of [[], 'x', null, { eng: 'engineer' }, { eng: [1] }]) {
      expect(() => new RoleMap(shape)).toThrow('HOLDSHORT_ROLE_GROUPS must be a JSON object of lists of names.');
    }
  });
});
