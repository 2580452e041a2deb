import { readEvidencePolicy, writesAnything, writingFor } from './evidence-policy.js';

describe('what is written to GitHub', () => {
  it('is nothing unless settings say so', () => {
    const policy = readEvidencePolicy({ default: 'off' }, []);
    expect(writesAnything(policy)).toBe(false);
    expect(writingFor(policy, ['prod'])).toBe('off');
    expect(writesAnything(readEvidencePolicy({}, []))).toBe(false);
  });

  it('goes by the first rule whose set the repository is in', () => {
    const rules = [
      { repositories: 'secret', write: 'off' },
      { repositories: 'prod', write: 'all' },
    ];
    const policy = readEvidencePolicy({ default: 'commits', rules }, ['prod', 'secret']);
    expect(writesAnything(policy)).toBe(true);
    expect(['prod', 'secret', 'other'].map((set) => writingFor(policy, [set]))).toEqual(['all', 'off', 'commits']);
    expect(writingFor(policy, ['prod', 'secret'])).toBe('off');
  });

  it.each([
    [{ default: 'everything' }],
    [{ default: 'all', rules: [{ repositories: 'prod' }] }],
    [{ default: 'all', rules: [{ repositories: 'prod', write: 'all', groups: ['x'] }] }],
    [{ defualt: 'off' }],
    [{ default: 'off', rules: [{ repositories: 'prd', write: 'all' }] }],
    ['all'],
  ])('is refused where it cannot be read: %j', (value) => {
    expect(() => readEvidencePolicy(value, ['prod'])).toThrow(/HOLDSHORT_EVIDENCE/);
  });
});
