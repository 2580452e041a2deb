import { loadPolicySet } from '../load-policy-set.js';
import { describeFailure, runCases } from '../run-cases.js';
import { input, principal } from '../testing-input.js';
import { isStarterName, starterSet, STARTERS, type StarterName } from './starter-sets.js';

const NAMES = Object.keys(STARTERS).filter(isStarterName);
const failures = (name: StarterName, names = {}): string[] => {
  const source = starterSet(name, names);
  return runCases(loadPolicySet(source), source.cases ?? [])
    .filter(({ passed }) => !passed)
    .map(describeFailure);
};

describe('the starter sets', () => {
  it.each(NAMES)('%s loads, answers its own cases, and every forbid says what to do', (name) => {
    expect(starterSet(name).cases?.length).toBeGreaterThan(10);
    expect(failures(name)).toEqual([]);
    const { policies } = loadPolicySet(starterSet(name));
    expect(policies.filter(({ id, title }) => title === id)).toEqual([]);
    expect(policies.filter(({ effect, message }) => effect !== 'permit' && message === '')).toEqual([]);
  });

  it.each(NAMES)('%s is written for the organisation and groups that it is asked for', (name) => {
    const names = { organisation: 'Initech', engineers: 'dev "team"', security: 'eng' };
    const source = starterSet(name, names);
    expect(failures(name, names)).toEqual([]);
    expect(source.access).not.toMatch(/"acme"|Group::"security"|of acme/);
    expect(source.access).toContain('Holdshort::Org::"initech"');
    expect(loadPolicySet(source).version).not.toBe(loadPolicySet(starterSet(name)).version);
  });

  it('differ from each other in their version', () => {
    expect(new Set(NAMES.map((name) => loadPolicySet(starterSet(name)).version)).size).toBe(NAMES.length);
  });

  it('strict masks secrets in what assistants read by API, and leaves clones, which cannot be masked, to the access policies', () => {
    const set = loadPolicySet(starterSet('strict'));
    const read = (kind: 'assistant' | 'human', surface: string, operation: string) => {
      const asked = input({ who: principal(kind, 'alice'), action: 'repo.read', repo: 'acme/app' });
      const outcome = set.decide({ ...asked, surface: surface as typeof asked.surface, operation });
      return outcome.effect === 'allow' ? outcome.obligations.maskDetectors : outcome.effect;
    };
    expect(read('assistant', 'rest', 'repos/get-content')).toEqual(['secrets']);
    expect(read('assistant', 'download', 'download/raw')).toEqual(['secrets']);
    expect(read('assistant', 'git', 'git/upload-pack')).toEqual([]);
    expect(read('human', 'rest', 'repos/get-content')).toEqual([]);
  });

  it('say what a case that fails expected and got', () => {
    const set = loadPolicySet(starterSet('balanced'));
    const [result] = runCases(set, [
      { name: 'wrong', groups: ['eng'], action: 'repo.read', repository: 'acme/app', expect: { effect: 'deny' } },
    ]);
    expect(result?.passed).toBe(false);
    expect(result && describeFailure(result)).toBe('wrong: expected deny, got allow by eng-read (policy_permits)');
  });
});
