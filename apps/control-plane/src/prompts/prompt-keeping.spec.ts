import { keepingFor, mostKept, readKeepingPolicy } from './prompt-keeping.js';

const policy = readKeepingPolicy({
  default: 'digest',
  rules: [
    { groups: ['security'], keep: 'off' },
    { groups: ['eng'], repositories: 'prod', keep: 'full' },
    { groups: ['eng'], keep: 'redacted' },
  ],
});

it.each([
  [['eng'], true, 'full'],
  [['eng'], false, 'redacted'],
  [['security', 'eng'], true, 'off'],
  [['others'], true, 'digest'],
])('keeps for %j, in the set: %s: %s', (groups, isIn, expected) => {
  expect(keepingFor(policy, groups, () => isIn)).toBe(expected);
});

it('asks agents for the most that a rule could keep', () => {
  expect(mostKept(policy, ['eng'])).toBe('full');
  expect(mostKept(policy, ['others'])).toBe('digest');
});

it('keeps digests where nothing is set', () => {
  expect(readKeepingPolicy({})).toEqual({ default: 'digest', rules: [] });
});

it.each([[{ default: 'all' }], [{ rules: [{}] }], [{ rules: [{ keep: 'full', group: 'eng' }] }], [{ keep: 'full' }]])(
  'refuses %j',
  (value) => {
    expect(() => readKeepingPolicy(value)).toThrow('HOLDSHORT_PROMPT_STORE cannot be read.');
  },
);
