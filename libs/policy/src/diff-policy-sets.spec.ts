import { diffPolicySets } from './diff-policy-sets.js';

const set = (access: string, more = {}) => ({ name: 't', access, obligations: '', ...more });
const permit = (id: string, action = 'action') => `@id("${id}") permit (principal, ${action}, resource);`;

describe('diffPolicySets', () => {
  it('tells added, removed and changed policies, whatever their order and comments', () => {
    const before = set(`${permit('a')}\n${permit('b')}\n${permit('c')}`);
    const after = set(`// note\n${permit('d')}\n${permit('c')}\n${permit('a', 'action in Holdshort::Action::"read"')}`);
    expect(diffPolicySets(before, after).access).toEqual([
      { id: 'a', before: permit('a'), after: permit('a', 'action in Holdshort::Action::"read"') },
      { id: 'b', before: permit('b'), after: null },
      { id: 'd', before: null, after: permit('d') },
    ]);
  });

  it('tells settings and cases', () => {
    const one = { name: 'x', action: 'repo.read', expect: { effect: 'deny' } } as const;
    const diff = diffPolicySets(
      set(permit('a')),
      set(permit('a'), { zone: 'Europe/Zurich', observe: ['prod'], repositorySets: { prod: ['a/b'] }, cases: [one] }),
    );
    expect(diff.settings.map(({ id, after }) => [id, after])).toEqual([
      ['observe', 'prod'],
      ['repository_sets.prod', 'a/b'],
      ['zone', 'Europe/Zurich'],
    ]);
    expect(diff.cases.map(({ id, before }) => [id, before])).toEqual([['x', null]]);
    expect(diff.access).toEqual([]);
    const { name, ...rest } = one;
    const turned = diffPolicySets(set('', { cases: [one] }), set('', { cases: [{ ...rest, name }] }));
    expect(turned.cases).toEqual([]);
  });
});
