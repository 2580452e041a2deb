import fc from 'fast-check';
import { INTENTS, type IntentAction } from '@holdshort/github-operations';
import { BALANCED } from './starters/starter-sets.js';
import { loadPolicySet } from './load-policy-set.js';
import { input, principal, repository } from './testing-input.js';

const AI = principal('assistant', 'alice');
const ACTIONS = Object.keys(INTENTS) as IntentAction[];
const topic = { repo: 'acme/app', target: { ref: 'refs/heads/topic' } };

const withoutPermits = (text: string): string => text.replace(/(@\w+\([^\n]*\)\n)+permit[^;]*;/g, '');

describe('decide', () => {
  it('denies everything once every permit is gone', () => {
    const access = withoutPermits(BALANCED.access);
    expect(access).not.toContain('permit (');
    const set = loadPolicySet({ ...BALANCED, access });
    const whos = (['assistant', 'human', 'workload'] as const).map((kind) => principal(kind, 'alice'));
    fc.assert(
      fc.property(
        fc.constantFrom(...ACTIONS),
        fc.constantFrom(...whos),
        fc.subarray(['merge', 'workflow-change']),
        (action, who, gates) => {
          expect(set.decide(input({ who, action, ...topic, gates })).effect).toBe('deny');
        },
      ),
      { numRuns: 150 },
    );
  });

  it('denies when a policy fails while it is evaluated, although another permits', () => {
    const access = `
@id("all") permit (principal, action, resource);
@id("overflow") @message("never") forbid (principal, action in Holdshort::Action::"read", resource)
when { context.minuteOfDay * 9223372036854775807 > 5 };`;
    const outcome = loadPolicySet({ name: 't', access, obligations: '' }).decide(
      input({ who: AI, action: 'repo.read', repo: 'acme/app' }),
    );
    expect(outcome).toMatchObject({ effect: 'deny', reasons: ['policy_error'], policies: [] });
  });

  const all = loadPolicySet({ name: 't', access: '@id("all") permit (principal, action, resource);', obligations: '' });

  it('denies a repository that was not resolved, even where everything is permitted', () => {
    const rest = input({ who: AI, action: 'repo.read', repo: 'acme/app' });
    delete rest.repository;
    expect(all.decide(rest)).toMatchObject({ effect: 'deny', reasons: ['target_unresolved'] });
    expect(all.decide({ ...rest, intent: { action: 'repo.read', target: { nodeId: 'R_1' } } })).toMatchObject({
      reasons: ['target_unresolved'],
    });
  });

  it('denies when the repository is not the one that the call names', () => {
    const asked = input({ who: AI, action: 'repo.read', repo: 'acme/app' });
    expect(all.decide({ ...asked, repository: repository('acme/site') })).toMatchObject({
      effect: 'deny',
      reasons: ['target_unresolved'],
    });
  });

  it('denies a change that is described otherwise than it is intended', () => {
    const forced = input({ who: AI, action: 'ref.update', repo: 'acme/app', push: { kind: 'force' } });
    const moved = input({ who: AI, action: 'ref.update', ...topic, push: { ref: 'refs/heads/main' } });
    expect(all.decide(forced)).toMatchObject({ effect: 'deny', reasons: ['policy_error'] });
    expect(all.decide(moved)).toMatchObject({ effect: 'deny', reasons: ['policy_error'] });
  });

  it('denies values that Cedar cannot take', () => {
    expect(all.decide(input({ who: AI, action: 'ref.update', repo: 'acme/app', push: { files: 1.5 } }))).toMatchObject({
      effect: 'deny',
      reasons: ['policy_error'],
    });
    expect(
      all.decide({ ...input({ who: AI, action: 'repo.read', repo: 'acme/app' }), now: new Date(Number.NaN) }),
    ).toMatchObject({ reasons: ['policy_error'] });
  });

  it('takes groups that the identity provider names twice', () => {
    const who = { ...AI, groups: ['eng', 'eng'] };
    expect(loadPolicySet(BALANCED).decide(input({ who, action: 'repo.read', repo: 'acme/app' })).effect).toBe('allow');
  });

  it('asks for both gates where two holds stand, and for the other one when one is open', () => {
    const hold = (id: string): string =>
      `@id("${id}") @effect("hold") @gate("${id}") @approvers("eng") @count("2") @expires("10m") @message("${id}?") forbid (principal, action, resource) unless { context.gates.contains(Holdshort::Gate::"${id}") };\n`;
    const set = loadPolicySet({
      name: 't',
      access: `@id("all") permit (principal, action, resource);\n${hold('a')}${hold('b')}`,
      obligations: '',
    });
    const both = set.decide(input({ who: AI, action: 'repo.read', repo: 'acme/app' }));
    const one = set.decide(input({ who: AI, action: 'repo.read', repo: 'acme/app', gates: ['a'] }));
    expect(both).toMatchObject({
      effect: 'hold',
      policies: ['a', 'b'],
      message: 'a? b?',
      gates: [{ name: 'a', required: 2, expiresSeconds: 600 }, { name: 'b' }],
    });
    expect(one).toMatchObject({ effect: 'hold', policies: ['b'] });
  });

  it('keeps more sets apart than Cedar has names for', () => {
    const sets = Array.from({ length: 12 }, (_, n) =>
      loadPolicySet({
        name: `set-${n}`,
        access: `@id("only-${n}") permit (principal, action, resource in Holdshort::Org::"org-${n}");`,
        obligations: '',
      }),
    );
    for (const round of [0, 1]) {
      sets.forEach((set, n) => {
        expect([round, set.decide(input({ who: AI, action: 'repo.read', repo: `org-${n}/x` })).policies]).toEqual([
          round,
          [`only-${n}`],
        ]);
        expect(set.decide(input({ who: AI, action: 'repo.read', repo: `org-${n + 1}/x` })).effect).toBe('deny');
      });
    }
  });
});
