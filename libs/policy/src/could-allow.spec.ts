import { INTENTS, type IntentAction } from '@holdshort/github-operations';
import { BALANCED } from './starters/starter-sets.js';
import { loadPolicySet } from './load-policy-set.js';
import { input, principal } from './testing-input.js';

const set = loadPolicySet(BALANCED);
const possible = (kind: 'assistant' | 'human', login: string): IntentAction[] =>
  set.possibleActions(principal(kind, login));

describe('possibleActions of the set "balanced"', () => {
  it('offers assistants of engineers the work on branches, and nothing that is refused whatever the target', () => {
    const actions = possible('assistant', 'alice');
    expect(actions).toEqual(
      expect.arrayContaining(['repo.read', 'ref.update', 'pull.merge', 'comment.write', 'ref.force']),
    );
    for (const never of ['repo.admin', 'secret.read', 'repo.delete', 'workflow.run', 'gist.write', 'protection.update'])
      expect(actions).not.toContain(never);
  });

  it('tells people from assistants, and groups from each other', () => {
    expect(possible('human', 'alice')).toContain('workflow.run');
    expect(possible('assistant', 'sam')).toContain('repo.read');
    expect(possible('assistant', 'sam')).not.toContain('ref.update');
    expect(possible('assistant', 'mallory').filter((action) => INTENTS[action].class !== 'read')).toEqual([]);
  });

  it('never leaves out what a decision allows or holds', () => {
    for (const kind of ['assistant', 'human'] as const)
      for (const login of ['alice', 'sam', 'mallory'])
        for (const action of Object.keys(INTENTS) as IntentAction[]) {
          const who = principal(kind, login);
          const target = action.startsWith('ref.') ? { ref: 'refs/heads/wip/x' } : {};
          const { effect } = set.decide(input({ who, action, repo: 'acme/app', target }));
          if (effect !== 'deny') expect(possible(kind, login)).toContain(action);
        }
  });
});

describe('possibleActions', () => {
  const load = (access: string) => loadPolicySet({ name: 'test', access, obligations: '' });

  it('takes a hold as possible, a forbid with a condition or on one resource too, and an open forbid as final', () => {
    const permit = '@id("p") permit (principal, action, resource);';
    const forbid = (rest: string): string => `${permit} @id("f") @message("no") forbid ${rest};`;
    const who = principal('assistant', 'alice');
    const has = (access: string): boolean => load(access).possibleActions(who).includes('pull.merge');
    expect(has(permit)).toBe(true);
    expect(has(forbid('(principal, action == Holdshort::Action::"pull.merge", resource)'))).toBe(false);
    expect(has(forbid('(principal is Holdshort::Human, action == Holdshort::Action::"pull.merge", resource)'))).toBe(
      true,
    );
    expect(has(forbid('(principal, action in Holdshort::Action::"write", resource in Holdshort::Org::"acme")'))).toBe(
      true,
    );
    expect(has(forbid('(principal in Holdshort::Group::"eng", action in Holdshort::Action::"write", resource)'))).toBe(
      false,
    );
    expect(has(forbid('(principal is Holdshort::Assistant in Holdshort::Group::"eng", action, resource)'))).toBe(false);
    expect(has(forbid('(principal, action, resource) when { context.surface == "mcp" }'))).toBe(true);
    const held = `${permit} @id("h") @effect("hold") @gate("g") @approvers("eng") @count("1") @message("m")
      forbid (principal, action, resource) unless { context.gates.contains(Holdshort::Gate::"g") };`;
    expect(has(held)).toBe(true);
  });
});
