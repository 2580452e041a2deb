import { loadPolicySet } from './load-policy-set.js';
import type { PolicySetSource } from './policy-set-source.js';
import { readCase, readCases } from './read-case.js';
import { BALANCED, starterSet } from './starters/starter-sets.js';
import { input, principal } from './testing-input.js';
import { noUsage, USAGE_MEASURES, type Usage } from './usage.js';

const AI = principal('assistant', 'alice');
const PERMIT = '@id("all") permit (principal, action, resource);';
const load = (access: string, more: Partial<PolicySetSource> = {}) =>
  loadPolicySet({ name: 't', access: `${PERMIT}\n${access}`, obligations: '', ...more });
const write = input({ who: AI, action: 'issue.write', repo: 'acme/app' });
const used = (writes: number) => ({ ...write, usage: { session: { ...noUsage(), writes }, engineer: noUsage() } });

describe('caps', () => {
  const CAP =
    '@id("cap") @message("Enough.") forbid (principal, action in Holdshort::Action::"write", resource) when { context.usage.session.writes >= 60 };';

  it('refuses the 61st and says which limit is used up', () => {
    const set = load(CAP);
    expect(set.decide(used(59)).effect).toBe('allow');
    expect(set.decide(used(60))).toMatchObject({
      effect: 'deny',
      policies: ['cap'],
      reasons: ['cap_reached'],
      caps: [{ per: 'session', measure: 'writes', limit: 60 }],
    });
  });

  it('reads > as one more, and names no time where another policy forbids as well', () => {
    const set = load(
      `${CAP.replace('>= 60', '> 60 && context.surface == "rest"')}\n@id("no") @message("No.") forbid (principal, action == Holdshort::Action::"issue.write", resource) when { context.session.tainted };`,
    );
    expect(set.decide(used(60)).effect).toBe('allow');
    expect(set.decide(used(61))).toMatchObject({ caps: [{ limit: 61 }] });
    const tainted = { ...used(61), session: { ...write.session, tainted: true } };
    expect(set.decide(tainted)).toMatchObject({ effect: 'deny', policies: ['cap', 'no'], reasons: ['policy_forbids'] });
    expect(set.decide(tainted)).not.toHaveProperty('caps');
  });

  it('tells which facts an intent needs', () => {
    const set = load(CAP);
    expect(set.needs('issue.write')).toEqual({ usage: true, taint: false, breakGlass: false });
    expect(set.needs('repo.read')).toEqual({ usage: false, taint: false, breakGlass: false });
    expect(loadPolicySet(BALANCED).needs('comment.write')).toEqual({ usage: true, taint: true, breakGlass: false });
    expect(loadPolicySet(BALANCED).needs('repo.read')).toEqual({ usage: false, taint: false, breakGlass: false });
    const strict = loadPolicySet(starterSet('strict'));
    expect(strict.needs('pull.merge')).toEqual({ usage: true, taint: true, breakGlass: true });
    expect(strict.needs('repo.read')).toEqual({ usage: false, taint: false, breakGlass: false });
  });

  it.each(['balanced', 'strict'] as const)(
    'by %s a call to a model needs none, and none makes a difference to it',
    (name) => {
      const set = loadPolicySet(starterSet(name));
      expect(set.needs('model.call')).toEqual({ usage: false, taint: false, breakGlass: false });
      const call = input({ who: AI, action: 'model.call' });
      const much = Object.fromEntries(USAGE_MEASURES.map((measure) => [measure, 1e9])) as Usage;
      const session = { ...call.session, tainted: true, breakGlass: true };
      const outcome = set.decide(call);
      expect(outcome.effect).toBe('allow');
      expect(set.decide({ ...call, session, usage: { session: much, engineer: much } })).toEqual(outcome);
    },
  );

  it('tells what policies count', () => {
    expect(load(CAP).counts('writes')).toBe(true);
    expect(load(CAP).counts('calls')).toBe(false);
    expect(load(CAP.replace('usage.session.writes', 'usage.engineer.calls')).counts('calls')).toBe(true);
    expect(load(CAP.replace('context.usage.session.writes >= 60', 'context has usage')).counts('calls')).toBe(true);
  });
});

describe('observing', () => {
  const FORBID = '@id("no") @message("No.") forbid (principal, action in Holdshort::Action::"write", resource);';
  const payments = input({ who: AI, action: 'issue.write', repo: 'acme/payments' });

  it('lets through and records, in the sets that it names only', () => {
    const set = load(FORBID, { observe: ['prod'] });
    expect(set.decide(write)).toMatchObject({ effect: 'deny', policies: ['no'] });
    expect(set.decide(payments)).toMatchObject({
      effect: 'allow',
      observed: 'deny',
      policies: ['no'],
      reasons: ['observed', 'policy_forbids'],
    });
  });

  it('observes everywhere with *, holds and missing permits too', () => {
    const none = loadPolicySet({
      name: 't',
      access: FORBID,
      obligations: '@id("t") @obligation("token") @ttl("60") permit (principal, action, resource);',
      observe: ['*'],
    });
    expect(none.decide(input({ who: AI, action: 'repo.read', repo: 'acme/app' }))).toMatchObject({
      effect: 'allow',
      observed: 'deny',
      reasons: ['observed', 'no_policy_permits'],
      obligations: { tokenTtlSeconds: 60 },
    });
    const held = loadPolicySet(starterSet('observe-only'));
    expect(held.decide(input({ who: AI, action: 'pull.merge', repo: 'acme/app' }))).toMatchObject({
      effect: 'allow',
      observed: 'hold',
      policies: ['hold-assistant-merge'],
    });
  });

  it('never lets through what could not be judged', () => {
    const failing = load(
      '@id("f") @message("m") forbid (principal, action, resource) when { context.minuteOfDay * 9223372036854775807 > 5 };',
      { observe: ['*'] },
    );
    expect(failing.decide(write)).toMatchObject({ effect: 'deny', reasons: ['policy_error'] });
    const unresolved = { ...write, intent: { ...write.intent, target: { nodeId: 'R_1' } } };
    delete (unresolved as Partial<typeof unresolved>).repository;
    expect(failing.decide(unresolved)).toMatchObject({ effect: 'deny', reasons: ['target_unresolved'] });
  });

  it('reads repository sets of the policy itself, without case', () => {
    const set = load(
      '@id("frozen") @message("m") forbid (principal, action in Holdshort::Action::"write", resource in Holdshort::RepoSet::"frozen");',
      { repositorySets: { frozen: ['Acme/App'] } },
    );
    expect(set.decide(write)).toMatchObject({ effect: 'deny', policies: ['frozen'] });
    expect(set.decide(payments).effect).toBe('allow');
  });
});

describe('time windows', () => {
  it('are told in the zone of the set', () => {
    const night =
      '@id("night") @message("m") forbid (principal, action, resource) when { context.local.hour < 7 || context.local.weekday > 5 };';
    const at = (now: string) => ({ ...write, now: new Date(now) });
    const zurich = load(night, { zone: 'Europe/Zurich' });
    expect(zurich.decide(at('2026-11-18T06:30:00Z')).effect).toBe('allow'); // 07:30 on a Wednesday
    expect(load(night).decide(at('2026-11-18T06:30:00Z')).effect).toBe('deny');
    expect(zurich.decide(at('2026-11-20T23:30:00Z')).effect).toBe('deny'); // 00:30 on a Saturday
    expect(zurich.version).not.toBe(load(night).version);
  });
});

describe('question keys', () => {
  const set = loadPolicySet(starterSet('strict'));
  const other = { ...write, now: new Date('2026-11-22T03:00:00Z'), session: { ...write.session, id: 'x' } };
  const prod = input({ who: AI, action: 'issue.write', repo: 'acme/payments' });

  it('leave out what no policy of the scope looks at', () => {
    const asBob = { ...other, principal: principal('assistant', 'bob'), operation: 'issues/update', method: 'PATCH' };
    expect(set.questionKey(asBob)).toBe(set.questionKey(write));
    expect(set.questionKey({ ...prod, now: other.now })).not.toBe(set.questionKey(prod));
    expect(set.questionKey({ ...prod, now: new Date('2026-11-18T10:59:00Z') })).toBe(set.questionKey(prod));
  });

  it('keep what they look at', () => {
    const keys = [
      write,
      { ...write, findings: ['secret'] },
      { ...write, session: { ...write.session, tainted: true } },
      { ...write, usage: { session: { ...noUsage(), writes: 1 }, engineer: noUsage() } },
      { ...write, gatesOpen: ['merge'] },
      { ...write, principal: principal('human', 'alice') },
      { ...write, principal: { ...AI, groups: [] } },
      { ...write, repository: { ...write.repository, visibility: 'public' } },
      input({ who: AI, action: 'comment.write', repo: 'acme/app' }),
    ].map((asked) => set.questionKey(asked as typeof write));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('reading cases', () => {
  it.each([
    [{ name: 'a', action: 'repo.read' }, 'The case has no expect.'],
    [{ name: 'a', action: 'repo.raed', expect: { effect: 'allow' } }, 'action has a value that a case cannot have.'],
    [{ name: 'a', action: 'repo.read', expect: { effect: 'alow' } }, 'expect has a value'],
    [{ name: 'a', action: 'repo.read', expect: { efect: 'allow' } }, 'expect has a value'],
    [{ name: 'a', action: 'repo.read', repo: 'x', expect: { effect: 'allow' } }, 'A case has no field repo.'],
    [
      { name: 'a', action: 'repo.read', usage: { session: { wrtes: 1 } }, expect: { effect: 'allow' } },
      'usage has a value',
    ],
    ['nonsense', 'A case is an object'],
  ])('refuses %j', (value, message) => {
    const read = readCase(value);
    expect('problems' in read && read.problems.join('\n')).toContain(message);
  });

  it('refuses names that come twice', () => {
    const one = { name: 'a', action: 'repo.read', expect: { effect: 'deny' } };
    expect(readCases([one, one]).problems).toEqual([{ name: 'a', text: 'The name is used twice.' }]);
  });
});
