import fc from 'fast-check';
import { INTENTS, OPERATION_CLASSES, type IntentAction } from '@holdshort/github-operations';
import type { DecisionInput } from './decision-input.js';
import { loadPolicySet, loadPolicySetUnindexed } from './load-policy-set.js';
import { input } from './testing-input.js';

const ACTIONS = Object.keys(INTENTS) as IntentAction[];
const GROUPS = ['a', 'b', 'c'];
const ORGS = ['x', 'y'];
const NAMES = ['p', 'q'];
const SETS = ['prod', 'lab'];

const action = (name: string): string => `Holdshort::Action::${JSON.stringify(name)}`;
const anyAction = fc.constantFrom(...ACTIONS, ...OPERATION_CLASSES, 'ref.change');

const principalLine = fc.oneof(
  fc.constant('principal'),
  fc.constantFrom(...GROUPS).map((group) => `principal in Holdshort::Group::"${group}"`),
  fc.constantFrom('Human', 'Assistant', 'Workload').map((type) => `principal is Holdshort::${type}`),
  fc
    .tuple(fc.constantFrom('Human', 'Assistant'), fc.constantFrom(...GROUPS))
    .map(([type, group]) => `principal is Holdshort::${type} in Holdshort::Group::"${group}"`),
);
const actionLine = fc.oneof(
  fc.constant('action'),
  fc.constantFrom(...ACTIONS).map((name) => `action == ${action(name)}`),
  anyAction.map((name) => `action in ${action(name)}`),
  fc
    .uniqueArray(anyAction, { minLength: 1, maxLength: 4 })
    .map((names) => `action in [${names.map(action).join(', ')}]`),
);
const repository = fc.tuple(fc.constantFrom(...ORGS), fc.constantFrom(...NAMES)).map((parts) => parts.join('/'));
const resourceLine = fc.oneof(
  fc.constant('resource'),
  fc.constantFrom('Repo', 'Org', 'Account').map((type) => `resource is Holdshort::${type}`),
  fc.constantFrom(...ORGS).map((org) => `resource in Holdshort::Org::"${org}"`),
  fc.constantFrom(...ORGS).map((org) => `resource == Holdshort::Org::"${org}"`),
  fc.constantFrom(...SETS).map((set) => `resource in Holdshort::RepoSet::"${set}"`),
  repository.map((name) => `resource == Holdshort::Repo::"${name}"`),
  repository.map((name) => `resource is Holdshort::Repo in Holdshort::Repo::"${name}"`),
);
// One condition fails when it is evaluated: a policy that the index leaves out must not have failed either.
const condition = fc.constantFrom(
  '',
  'when { context.session.tainted }',
  'when { context has push && context.push.isDefault }',
  'when { context.minuteOfDay * 9223372036854775807 > 5 }',
  'unless { context.usage.session.writes < 3 }',
);
const effect = fc.constantFrom(
  'permit',
  'permit',
  '@message("no") forbid',
  '@message("wait") @effect("hold") @gate("g") @approvers("a") @count("1") forbid',
);

const policies = fc
  .array(fc.tuple(effect, principalLine, actionLine, resourceLine, condition), { minLength: 1, maxLength: 14 })
  .map((rows) =>
    rows
      .map(([how, who, what, where, when], n) => {
        const lifted = how.includes('hold') ? 'unless { context.gates.contains(Holdshort::Gate::"g") }' : '';
        const [annotations, verb] = [how.replace(/(permit|forbid)$/, ''), /(permit|forbid)$/.exec(how)?.[0] ?? ''];
        return `@id("p${n}") ${annotations} ${verb} (${who}, ${what}, ${where}) ${when} ${lifted};`;
      })
      .join('\n'),
  );

const question = fc.record({
  kind: fc.constantFrom('human', 'assistant', 'workload'),
  groups: fc.subarray(GROUPS),
  action: fc.constantFrom(...ACTIONS),
  repo: fc.option(repository, { nil: undefined }),
  owner: fc.option(fc.constantFrom(...ORGS), { nil: undefined }),
  sets: fc.subarray(SETS),
  tainted: fc.boolean(),
  writes: fc.integer({ min: 0, max: 6 }),
  gates: fc.subarray(['g']),
});

function asInput(asked: typeof question extends fc.Arbitrary<infer T> ? T : never): DecisionInput {
  const who = { kind: asked.kind, id: 's', login: 'l', sub: 'l', groups: asked.groups } as DecisionInput['principal'];
  const target = asked.repo === undefined && asked.owner !== undefined ? { owner: asked.owner } : {};
  const made = input({
    who,
    action: asked.action,
    target: { ...target, ref: 'refs/heads/main' },
    gates: asked.gates,
    ...(asked.repo === undefined ? {} : { repo: asked.repo }),
  });
  const usage = { calls: 0, writes: asked.writes, pushes: 0, files: 0, bytes: 0, branches: 0, pulls: 0 };
  return {
    ...made,
    ...(made.repository ? { repository: { ...made.repository, sets: asked.sets } } : {}),
    session: { ...made.session, tainted: asked.tainted },
    usage: { session: usage, engineer: usage },
  };
}

function twinOf(asked: DecisionInput): DecisionInput {
  return {
    ...asked,
    principal: { ...asked.principal, id: 'other', login: 'other', sub: 'other' },
    session: { ...asked.session, id: 'other' },
    operation: 'test/other',
    method: 'PUT',
    now: new Date('2026-11-21T23:59:00Z'),
  };
}

/** Refusals of the validator (a condition that can never hold for the head) say nothing about the index. */
function loaded(access: string) {
  const source = { name: 't', access, obligations: OBLIGATIONS };
  try {
    return [loadPolicySet(source), loadPolicySetUnindexed(source)] as const;
  } catch {
    return undefined;
  }
}

const OBLIGATIONS = `
@id("o1") @obligation("token") @ttl("600") permit (principal, action, resource);
@id("o2") @obligation("cache") @seconds("30") permit (principal in Holdshort::Group::"a", action in Holdshort::Action::"read", resource);
@id("o3") @obligation("mask") @fields("email") permit (principal is Holdshort::Assistant, action, resource in Holdshort::Org::"x");`;

describe('the scope index', () => {
  it('answers exactly as if Cedar saw every policy, reasons, obligations and faults included; equal keys mean equal answers', () => {
    const seen = { sets: 0, repeated: 0, answers: new Set<string>() };
    fc.assert(
      fc.property(policies, fc.array(question, { minLength: 25, maxLength: 25 }), (access, questions) => {
        const pair = loaded(access);
        if (!pair) return;
        seen.sets++;
        const byKey = new Map<string, string>();
        for (const asked of questions) {
          const made = asInput(asked);
          const [fast, slow] = [pair[0].decide(made), pair[1].decide(made)];
          seen.answers.add(`${slow.effect} ${slow.reasons.join(' ')}`);
          expect(fast).toEqual(slow);
          // the same question from elsewhere and at another time: often the same to the set, and then by its key too
          for (const one of [made, twinOf(made)]) {
            const key = pair[0].questionKey(one);
            const { effect: outcome, policies: by } = one === made ? slow : pair[1].decide(one);
            const answer = `${outcome} ${by.join(' ')}`;
            if (byKey.has(key)) seen.repeated++;
            expect(byKey.get(key) ?? answer).toBe(answer);
            byKey.set(key, answer);
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(seen.repeated).toBeGreaterThan(100);
    expect(seen.sets).toBeGreaterThan(30);
    expect([...seen.answers]).toEqual(
      expect.arrayContaining([
        'allow policy_permits',
        'deny no_policy_permits',
        'deny policy_forbids',
        'deny policy_error',
      ]),
    );
    // by chance all gates of the sets that hold may be open
    expect([...seen.answers].some((answer) => /^hold |approval_granted/.test(answer))).toBe(true);
  });
});
