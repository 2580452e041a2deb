import { areOpen, countGates } from './gate-count.js';

const gate = { name: 'g', approvers: 'security', required: 1, message: '' };

describe('counting gates', () => {
  it('counts approvals of members, for each of their gates', () => {
    const votes = [
      { effect: 'approve', groups: ['security', 'eng'] },
      { effect: 'approve', groups: ['eng'] },
      { effect: 'reject', groups: ['security'] },
    ] as const;
    const counted = countGates(
      [gate, { ...gate, name: 'e', approvers: 'eng', required: 3 }],
      votes.map((vote) => ({ ...vote, groups: [...vote.groups] })),
    );
    expect(counted.map((entry) => entry.granted)).toEqual([1, 2]);
    expect(areOpen(counted)).toBe(false);
    expect(areOpen(counted.slice(0, 1))).toBe(true);
  });

  it('is never open without a gate, or with one that asks for nobody', () => {
    expect(areOpen([])).toBe(false);
    expect(areOpen([{ ...gate, required: 0, granted: 0 }])).toBe(false);
  });
});
