import { INTENTS, type IntentAction } from '@holdshort/github-operations';
import { BALANCED } from './starter-sets.js';
import { loadPolicySet } from '../load-policy-set.js';
import { input, principal, type Asked } from '../testing-input.js';

const set = loadPolicySet(BALANCED);
const AI = principal('assistant', 'alice');
const ALICE = principal('human', 'alice');
const APP = 'acme/app';

type Row = [name: string, asked: Asked, effect: 'allow' | 'deny' | 'hold', policies: string[]];

const push = (who: Asked['who'], action: IntentAction, ref: string, more: Asked['push'] = {}): Asked => ({
  who,
  action,
  repo: APP,
  push: { kind: action.slice(4) as 'update', ref, ...more },
});

const ROWS: Row[] = [
  ['assistant reads', { who: AI, action: 'repo.read', repo: APP }, 'allow', ['eng-read']],
  ['assistant reads payments', { who: AI, action: 'pull.read', repo: 'acme/payments' }, 'allow', ['eng-read']],
  ['names compare without case', { who: AI, action: 'repo.read', repo: 'ACME/App' }, 'allow', ['eng-read']],
  ['assistant reads another organisation', { who: AI, action: 'repo.read', repo: 'other/private' }, 'deny', []],
  [
    'security reads',
    { who: principal('assistant', 'sam'), action: 'repo.read', repo: APP },
    'allow',
    ['security-read'],
  ],
  ['security writes', { who: principal('human', 'sam'), action: 'issue.write', repo: APP }, 'deny', []],
  ['admin reads', { who: principal('human', 'carol'), action: 'repo.read', repo: APP }, 'deny', []],
  ['auditor reads', { who: principal('human', 'dave'), action: 'repo.read', repo: APP }, 'deny', []],
  ['mallory reads', { who: principal('human', 'mallory'), action: 'repo.read', repo: APP }, 'deny', []],
  ['assistant asks who it is', { who: AI, action: 'account.read' }, 'allow', ['own-account']],
  ['mallory asks who she is', { who: principal('human', 'mallory'), action: 'account.read' }, 'deny', []],
  [
    'assistant looks at the organisation',
    { who: AI, action: 'account.read', target: { owner: 'Acme' } },
    'allow',
    ['eng-read'],
  ],
  ['assistant looks at a stranger', { who: AI, action: 'account.read', target: { owner: 'octocat' } }, 'deny', []],
  ['assistant calls its model', { who: AI, action: 'model.call' }, 'allow', ['eng-models']],
  ['assistant sends telemetry', { who: AI, action: 'telemetry.send' }, 'allow', ['own-account']],

  ['assistant pushes a topic branch', push(AI, 'ref.update', 'refs/heads/topic'), 'allow', ['eng-branches']],
  ['assistant creates a branch', push(AI, 'ref.create', 'refs/heads/new'), 'allow', ['eng-branches']],
  ['assistant creates a tag', push(AI, 'ref.create', 'refs/tags/v1'), 'allow', ['eng-tags']],
  ['assistant moves a tag', push(AI, 'ref.update', 'refs/tags/v1'), 'deny', []],
  ['assistant pushes notes', push(AI, 'ref.create', 'refs/notes/commits'), 'deny', []],
  ['assistant pushes main', push(AI, 'ref.update', 'refs/heads/main'), 'deny', ['deny-assistant-protected']],
  [
    'assistant pushes a protected branch',
    push(AI, 'ref.update', 'refs/heads/release/1'),
    'deny',
    ['deny-assistant-protected'],
  ],
  [
    'agent says default, repository does not',
    push(AI, 'ref.update', 'refs/heads/old', { isDefault: true }),
    'deny',
    ['deny-assistant-protected'],
  ],
  [
    'contents API without a branch',
    { who: AI, action: 'ref.update', repo: APP, target: { paths: ['a.ts'] } },
    'deny',
    ['deny-assistant-protected'],
  ],
  [
    'contents API on a topic branch',
    { who: AI, action: 'ref.update', repo: APP, target: { ref: 'refs/heads/topic', paths: ['a.ts'] } },
    'allow',
    ['eng-branches'],
  ],
  ['assistant writes a private wiki', { who: AI, action: 'wiki.write', repo: APP }, 'allow', ['eng-wikis']],
  ['assistant writes a public wiki', { who: AI, action: 'wiki.write', repo: 'acme/site' }, 'deny', []],
  ['assistant writes a wiki elsewhere', { who: AI, action: 'wiki.write', repo: 'other/private' }, 'deny', []],
  ['assistant pulls an image', { who: AI, action: 'package.read', target: { owner: 'acme' } }, 'allow', ['eng-read']],
  ['assistant pushes an image', { who: AI, action: 'package.write', target: { owner: 'acme' } }, 'deny', []],
  [
    'person pushes an image',
    { who: ALICE, action: 'package.write', target: { owner: 'acme' } },
    'allow',
    ['people-release-and-run'],
  ],
  ['person pushes main', push(ALICE, 'ref.update', 'refs/heads/main'), 'allow', ['eng-branches']],
  ['assistant forces a topic branch', push(AI, 'ref.force', 'refs/heads/topic'), 'deny', ['deny-force-or-delete']],
  ['person forces a topic branch', push(ALICE, 'ref.force', 'refs/heads/topic'), 'deny', ['deny-force-or-delete']],
  ['assistant deletes a topic branch', push(AI, 'ref.delete', 'refs/heads/topic'), 'deny', ['deny-force-or-delete']],
  ['assistant forces wip', push(AI, 'ref.force', 'refs/heads/wip/x'), 'allow', ['eng-wip']],
  ['person deletes wip', push(ALICE, 'ref.delete', 'refs/heads/wip/x'), 'allow', ['eng-wip']],
  [
    'nobody forces a protected wip',
    push(ALICE, 'ref.force', 'refs/heads/wip/x', { isProtected: true }),
    'deny',
    ['deny-force-or-delete'],
  ],
  ['secret in a push', push(ALICE, 'ref.update', 'refs/heads/topic', { secrets: 1 }), 'deny', ['deny-secrets']],
  ['secret in a forced push', push(AI, 'ref.force', 'refs/heads/wip/x', { secrets: 2 }), 'deny', ['deny-secrets']],

  [
    'a secret and hidden text: deny beats hold',
    { ...push(AI, 'ref.update', 'refs/heads/topic'), findings: ['hidden-text', 'secret'] },
    'deny',
    ['deny-secrets'],
  ],
  [
    'hidden text in a push',
    { ...push(ALICE, 'ref.update', 'refs/heads/topic'), findings: ['hidden-text'] },
    'hold',
    ['hold-hidden-text'],
  ],
  [
    'hidden text in an issue, approved',
    { who: AI, action: 'issue.write', repo: APP, findings: ['hidden-text'], gates: ['hidden-text'] },
    'allow',
    ['eng-collaborate'],
  ],
  [
    'content that could not be scanned',
    { who: AI, action: 'comment.write', repo: APP, findings: ['unscanned'] },
    'deny',
    ['deny-unscanned'],
  ],
  [
    'a kind of finding that is not known here',
    { who: AI, action: 'comment.write', repo: APP, findings: ['malware'] },
    'deny',
    ['deny-unscanned'],
  ],
  [
    'what may be a secret is let through',
    { who: AI, action: 'issue.write', repo: APP, findings: ['secret-warning'] },
    'allow',
    ['eng-collaborate'],
  ],
  ['a finding in a read', { who: AI, action: 'repo.read', repo: APP, findings: ['secret'] }, 'allow', ['eng-read']],
  ['a finding in a prompt', { who: AI, action: 'model.call', findings: ['secret'] }, 'allow', ['eng-models']],

  [
    'workflow change',
    push(AI, 'ref.update', 'refs/heads/topic', { pathClasses: ['workflow'] }),
    'hold',
    ['hold-workflow-change'],
  ],
  [
    'a push whose files cannot be told',
    push(ALICE, 'ref.update', 'refs/heads/topic', { pathClasses: ['unknown'] }),
    'hold',
    ['hold-workflow-change'],
  ],
  [
    'workflow change by a person',
    push(ALICE, 'ref.update', 'refs/heads/main', { pathClasses: ['workflow'] }),
    'hold',
    ['hold-workflow-change'],
  ],
  [
    'workflow change by API',
    { who: AI, action: 'ref.update', repo: APP, target: { ref: 'refs/heads/t', paths: ['.GitHub/Workflows/x.yml'] } },
    'hold',
    ['hold-workflow-change'],
  ],
  [
    'workflow file in a tree',
    { who: AI, action: 'object.write', repo: APP, target: { paths: ['.github/workflows/x.yml'] } },
    'hold',
    ['hold-workflow-change'],
  ],
  [
    'workflow change in a forced push',
    push(AI, 'ref.force', 'refs/heads/wip/x', { pathClasses: ['workflow'] }),
    'hold',
    ['hold-workflow-change'],
  ],
  [
    'workflow change on main: deny beats hold',
    push(AI, 'ref.update', 'refs/heads/main', { pathClasses: ['workflow'] }),
    'deny',
    ['deny-assistant-protected'],
  ],
  [
    'workflow change by a stranger is not held',
    { ...push(principal('human', 'mallory'), 'ref.update', 'refs/heads/t', { pathClasses: ['workflow'] }) },
    'deny',
    [],
  ],
  [
    'workflow change approved',
    { ...push(AI, 'ref.update', 'refs/heads/topic', { pathClasses: ['workflow'] }), gates: ['workflow-change'] },
    'allow',
    ['eng-branches'],
  ],
  [
    'the wrong gate',
    { ...push(AI, 'ref.update', 'refs/heads/topic', { pathClasses: ['workflow'] }), gates: ['merge', 'no-such-gate'] },
    'hold',
    ['hold-workflow-change'],
  ],
  ['assistant merges', { who: AI, action: 'pull.merge', repo: APP }, 'hold', ['hold-assistant-merge']],
  [
    'assistant merges, approved',
    { who: AI, action: 'pull.merge', repo: APP, gates: ['merge'] },
    'allow',
    ['eng-merge'],
  ],
  ['person merges', { who: ALICE, action: 'pull.merge', repo: APP }, 'allow', ['eng-merge']],
  ['assistant of security merges', { who: principal('assistant', 'sam'), action: 'pull.merge', repo: APP }, 'deny', []],

  ['assistant opens a pull request', { who: AI, action: 'pull.open', repo: APP }, 'allow', ['eng-collaborate']],
  ['assistant comments', { who: AI, action: 'comment.write', repo: APP }, 'allow', ['eng-collaborate']],
  ['assistant writes an issue elsewhere', { who: AI, action: 'issue.write', repo: 'other/private' }, 'deny', []],
  ['assistant uploads LFS', { who: AI, action: 'lfs.write', repo: APP }, 'allow', ['eng-objects']],
  ['assistant runs a workflow', { who: AI, action: 'workflow.run', repo: APP }, 'deny', ['deny-assistant-run']],
  ['person runs a workflow', { who: ALICE, action: 'workflow.run', repo: APP }, 'allow', ['people-release-and-run']],
  ['assistant publishes a gist', { who: AI, action: 'gist.write' }, 'deny', []],
  ['assistant forks', { who: AI, action: 'repo.fork', repo: APP }, 'deny', []],
  ['person administers', { who: ALICE, action: 'repo.admin', repo: APP }, 'deny', ['deny-administration']],
  ['person deletes a repository', { who: ALICE, action: 'repo.delete', repo: APP }, 'deny', ['deny-destruction']],
  ['assistant reads secrets', { who: AI, action: 'secret.read', repo: APP }, 'deny', ['deny-secretful']],
];

describe('the balanced set', () => {
  it.each(ROWS)('%s', (_name, asked, effect, policies) => {
    const outcome = set.decide(input(asked));
    expect([outcome.effect, outcome.policies]).toEqual([effect, policies]);
  });

  const WRITING = Object.entries(INTENTS)
    .filter(([name, { class: kind }]) => kind !== 'read' && name !== 'model.call')
    .map(([name]) => name as IntentAction);

  it.each(WRITING)('refuses %s with a secret, whoever asks and whatever is approved', (action) => {
    const gates = ['merge', 'workflow-change', 'hidden-text'];
    for (const who of [AI, ALICE]) {
      const asked = { who, action, repo: APP, target: { ref: 'refs/heads/wip/x' }, gates };
      expect(set.decide(input({ ...asked, findings: ['secret'] })).effect).toBe('deny');
    }
  });

  const grave = (Object.keys(INTENTS) as IntentAction[]).filter((action) =>
    ['admin', 'destructive', 'secretful'].includes(INTENTS[action].class),
  );

  it.each(grave)('refuses %s to everybody on an ordinary branch', (action) => {
    for (const who of [AI, ALICE, principal('human', 'carol')]) {
      expect(set.decide(input({ who, action, repo: APP, target: { ref: 'refs/heads/topic' } })).effect).toBe('deny');
    }
  });

  it('tells both readers what to do instead', () => {
    const outcome = set.decide(input(push(AI, 'ref.update', 'refs/heads/main')));
    expect(outcome).toEqual({
      effect: 'deny',
      policies: ['deny-assistant-protected'],
      reasons: ['policy_forbids'],
      message:
        'Assistants may not change the default branch or a protected branch, by push or by API. Push a topic branch and open a pull request. Do not try to reach the same by another way; the same policy applies there.',
    });
  });

  it('says who must open a hold', () => {
    const outcome = set.decide(input(push(AI, 'ref.update', 'refs/heads/topic', { pathClasses: ['workflow'] })));
    expect(outcome).toMatchObject({
      reasons: ['approval_required'],
      gates: [
        { name: 'workflow-change', approvers: 'security', required: 1, exclude: ['owner'], expiresSeconds: 86_400 },
      ],
    });
  });

  it('binds reads to a cache of 30 seconds and all calls to a credential of ten minutes', () => {
    const read = set.decide(input({ who: AI, action: 'repo.read', repo: APP }));
    const write = set.decide(input({ who: AI, action: 'issue.write', repo: APP }));
    expect(read).toMatchObject({ obligations: { tokenTtlSeconds: 600, cacheableSeconds: 30 } });
    expect(write).toMatchObject({ obligations: { maskFields: [], maskDetectors: [], tokenTtlSeconds: 600 } });
    expect(write).not.toHaveProperty('obligations.cacheableSeconds');
  });
});
