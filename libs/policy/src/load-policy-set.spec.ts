import { HoldshortError } from '@holdshort/errors';
import { BALANCED } from './starters/starter-sets.js';
import { loadPolicySet } from './load-policy-set.js';

const PERMIT = '@id("all") permit (principal, action, resource);';
const hold = (annotations: string, condition = 'unless { context.gates.contains(Holdshort::Gate::"g") }'): string =>
  `@id("h") @effect("hold") ${annotations} @message("m") forbid (principal, action, resource) ${condition};`;

function problem(access: string, obligations = ''): string {
  try {
    loadPolicySet({ name: 't', access, obligations });
  } catch (thrown) {
    if (thrown instanceof HoldshortError && thrown.code === 'request_malformed') return thrown.message;
    throw thrown;
  }
  return 'loaded';
}

describe('loadPolicySet', () => {
  const ROWS: [what: string, access: string, message: string][] = [
    ['unreadable text', '@id("a") permit (principal, action, resource)', 'access at 1:46: unexpected end of input'],
    ['no id', '\npermit (principal, action, resource);', 'access at 2:1: Each policy needs @id("...").'],
    [
      'the same id twice',
      `${PERMIT}\n${PERMIT.replace('principal,', 'principal ,')}`,
      'all at 2:1: The @id is used twice.',
    ],
    ['a template', '@id("a") permit (principal == ?principal, action, resource);', 'access: Templates'],
    [
      'a forbid without message',
      '@id("f") forbid (principal, action, resource);',
      'f at 1:1: A forbid needs @message: say what to do instead.',
    ],
    [
      'a misspelt annotation',
      '@id("f") @efect("hold") @message("m") forbid (principal, action, resource);',
      'f at 1:1: @efect is not a known annotation.',
    ],
    [
      'an unknown effect',
      '@id("f") @effect("pause") @message("m") forbid (principal, action, resource);',
      '@effect must be "hold" or "deny".',
    ],
    [
      'an effect on a permit',
      '@id("p") @effect("hold") permit (principal, action, resource);',
      '@effect belongs to forbid policies only.',
    ],
    ['a hold without gate', hold('@approvers("x") @count("1")', ''), 'A hold needs @gate.'],
    ['a hold without approvers', hold('@gate("g") @count("1")'), 'A hold needs @approvers.'],
    ['a hold without count', hold('@gate("g") @approvers("x")'), 'A hold needs @count, from 1 to 99.'],
    ['a hold for nobody', hold('@gate("g") @approvers("x") @count("0")'), 'A hold needs @count, from 1 to 99.'],
    [
      'a hold with an odd life',
      hold('@gate("g") @approvers("x") @count("1") @expires("soon")'),
      '@expires must read like',
    ],
    [
      'a hold that excludes who knows',
      hold('@gate("g") @approvers("x") @count("1") @exclude("friends")'),
      '@exclude knows owner and author, not friends.',
    ],
    [
      'a hold that its gate cannot lift',
      hold('@gate("g") @approvers("x") @count("1")', ''),
      'The hold must end with unless',
    ],
    [
      'a gate without hold',
      '@id("f") @gate("g") @message("m") forbid (principal, action, resource);',
      '@gate needs @effect("hold").',
    ],
    [
      'an unknown action',
      '@id("f") @message("m") forbid (principal, action == Holdshort::Action::"git.push", resource);',
      'f at ',
    ],
    [
      'an unknown action in a list',
      '@id("f") @message("m") forbid (principal, action in [Holdshort::Action::"ref.updat"], resource);',
      'f at ',
    ],
    ['an unknown type', '@id("f") @message("m") forbid (principal is Holdshort::Robot, action, resource);', 'f at '],
    [
      'an unknown attribute',
      '@id("f") @message("m") forbid (principal, action, resource) when { context.brench == "x" };',
      'f at 1:68: for policy `f`, attribute `brench` in context',
    ],
    [
      'push where it may be absent',
      '@id("f") @message("m") forbid (principal, action, resource) when { context.push.isDefault };',
      'f at 1:68',
    ],
    [
      'a gate that no hold names',
      '@id("f") @message("m") forbid (principal, action, resource) unless { context.gates.contains(Holdshort::Gate::"x") };',
      'f at ',
    ],
    [
      'an impossible policy',
      '@id("f") @message("m") forbid (principal is Holdshort::Human, action, resource) when { principal is Holdshort::Assistant };',
      'impossible',
    ],
    [
      'an organisation in capitals',
      '@id("f") @message("m") forbid (principal, action, resource in Holdshort::Org::"Acme");',
      'Acme must be written in lower case',
    ],
    [
      'a hold that its gate begins',
      hold('@gate("g") @approvers("x") @count("1")', 'when { context.gates.contains(Holdshort::Gate::"g") }'),
      'The hold must end with unless',
    ],
    [
      'a finding that no scanner reports',
      '@id("f") @message("m") forbid (principal, action, resource) when { context.findings.contains("secrets") };',
      'context.findings is never "secrets"; it knows secret, secret-warning, hidden-text, unscanned.',
    ],
    [
      'a misspelt path class in a set',
      '@id("f") @message("m") forbid (principal, action in Holdshort::Action::"ref.change", resource) when { context.push.pathClasses.containsAny(["workflow", "workflows"]) };',
      'context.push.pathClasses is never "workflows"',
    ],
    [
      'a misspelt visibility, the other way round',
      '@id("f") @message("m") forbid (principal, action, resource is Holdshort::Repo) when { "Public" == resource.visibility };',
      'resource.visibility is never "Public"',
    ],
    [
      'a single session',
      '@id("f") @message("m") forbid (principal == Holdshort::Human::"alice", action, resource);',
      'Holdshort::Human::"alice" names a single session',
    ],
    [
      'a repository without its owner',
      '@id("f") @message("m") forbid (principal, action, resource == Holdshort::Repo::"app");',
      'app must be written as owner/name.',
    ],
  ];

  it.each(ROWS)('refuses %s', (_what, access, message) => {
    expect(problem(access)).toContain(message);
  });

  const OBLIGATIONS: [what: string, text: string, message: string][] = [
    [
      'a forbid',
      '@id("o") @obligation("cache") @seconds("5") forbid (principal, action, resource);',
      'o at 1:1: The obligations set holds permit policies only.',
    ],
    [
      'an unknown kind',
      '@id("o") @obligation("dance") permit (principal, action, resource);',
      '@obligation must be one of mask, token, lease_kind, cache.',
    ],
    [
      'a lease of nobody',
      '@id("o") @obligation("lease_kind") @kind("installation") permit (principal, action, resource);',
      'This obligation needs @kind, one of user_or_installation, user.',
    ],
    [
      'a token without life',
      '@id("o") @obligation("token") permit (principal, action, resource);',
      'This obligation needs @ttl in seconds',
    ],
    [
      'permissions that GitHub does not have',
      '@id("o") @obligation("token") @ttl("5") @permissions("contents:admin") permit (principal, action, resource);',
      'This obligation needs @ttl',
    ],
    [
      'a misspelt annotation',
      '@id("o") @obligation("mask") @field("x") permit (principal, action, resource);',
      '@field is not known for this obligation.',
    ],
    [
      'a detector that does not exist',
      '@id("o") @obligation("mask") @detectors("secret") permit (principal, action, resource);',
      'This obligation needs @fields, or @detectors of secrets, personal or ids of single rules,',
    ],
  ];

  it.each(OBLIGATIONS)('refuses obligations with %s', (_what, text, message) => {
    expect(problem(PERMIT, text)).toContain(message);
  });

  it('reports every problem at once', () => {
    expect(
      problem('@id("a") forbid (principal, action, resource);\n@id("b") forbid (principal, action, resource);').split(
        '\n',
      ),
    ).toHaveLength(2);
  });

  it('reports what is wrong once, however many actions it concerns', () => {
    const access = '@id("f") @message("m") forbid (principal, action, resource) when { context.brench == "x" };';
    expect(problem(access).split('\n')).toHaveLength(1);
  });

  it('names a set by what it says, not by its name or its line ends', () => {
    const version = (access: string, name = 't'): string => loadPolicySet({ name, access, obligations: '' }).version;
    expect(version(PERMIT)).toMatch(/^sha256:[0-9a-f]{12}$/);
    expect(version(`${PERMIT}\r\n`, 'u')).toBe(version(PERMIT));
    expect(version(PERMIT.replace('all', 'any'))).not.toBe(version(PERMIT));
  });

  it.each([
    [{ zone: 'Mars/Olympus' }, 'zone: Mars/Olympus is not a time zone'],
    [{ repositorySets: { prod: ['payments'] } }, 'repository_sets: prod lists payments, which is not owner/name.'],
    [{ observe: [''] }, 'observe: A repository set has a name'],
  ])('refuses the settings %j', (settings, message) => {
    expect(() => loadPolicySet({ name: 't', access: PERMIT, obligations: '', ...settings })).toThrow(message);
  });

  it('lists the policies of the starter set with titles, and messages on every forbid', () => {
    const { policies } = loadPolicySet(BALANCED);
    expect(policies.filter(({ id, title }) => title === id)).toEqual([]);
    expect(policies.filter(({ effect, message }) => effect !== 'permit' && message === '')).toEqual([]);
    expect(policies.map(({ effect }) => effect)).toEqual(expect.arrayContaining(['permit', 'deny', 'hold']));
  });
});
