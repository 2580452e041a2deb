import type { PolicyCase } from '../policy-case.js';

const eng = { login: 'alice', groups: ['eng'] } as const;
const person = { ...eng, kind: 'human' } as const;
const app = { repository: 'acme/app' } as const;
const site = { repository: 'acme/site', visibility: 'public' } as const;
const topic = { ...app, action: 'ref.update', ref: 'refs/heads/topic' } as const;

/** What every starter set says alike. */
const COMMON: readonly PolicyCase[] = [
  {
    name: 'an assistant reads a repository',
    ...eng,
    ...app,
    action: 'repo.read',
    expect: { effect: 'allow', policies: ['eng-read'] },
  },
  {
    name: 'an assistant pushes a topic branch',
    ...eng,
    ...topic,
    expect: { effect: 'allow', policies: ['eng-branches'] },
  },
  { name: 'a stranger reads nothing', ...app, action: 'repo.read', expect: { effect: 'deny', policies: [] } },
  {
    name: 'a secret is refused',
    ...eng,
    ...topic,
    findings: ['secret'],
    expect: { effect: 'deny', policies: ['deny-secrets'] },
  },
  {
    name: 'a secret in an issue is refused',
    ...eng,
    ...app,
    action: 'issue.write',
    findings: ['secret'],
    expect: { effect: 'deny', policies: ['deny-secrets'] },
  },
  {
    name: 'a workflow change is held',
    ...eng,
    ...topic,
    paths: ['.github/workflows/ci.yml'],
    expect: { effect: 'hold', policies: ['hold-workflow-change'] },
  },
  {
    name: 'a merge by an assistant is held',
    ...eng,
    ...app,
    action: 'pull.merge',
    expect: { effect: 'hold', policies: ['hold-assistant-merge'] },
  },
  {
    name: 'administration is refused',
    ...person,
    ...app,
    action: 'repo.admin',
    expect: { effect: 'deny', policies: ['deny-administration'] },
  },
  {
    name: 'an assistant writes in public',
    ...eng,
    ...site,
    action: 'issue.write',
    expect: { effect: 'allow', policies: ['eng-collaborate'] },
  },
  {
    name: 'an assistant that has read private repositories writes in public',
    ...eng,
    ...site,
    action: 'issue.write',
    tainted: true,
    expect: { effect: 'hold', policies: ['hold-tainted-publication'] },
  },
];

/** Cases of the starter set "balanced". */
export const BALANCED_CASES: readonly PolicyCase[] = [
  ...COMMON,
  {
    name: 'an assistant pushes main',
    ...eng,
    ...topic,
    ref: 'refs/heads/main',
    expect: { effect: 'deny', policies: ['deny-assistant-protected'] },
  },
  {
    name: 'a person pushes main',
    ...person,
    ...topic,
    ref: 'refs/heads/main',
    expect: { effect: 'allow', policies: ['eng-branches'] },
  },
  {
    name: 'the 601st write of a session within an hour is refused',
    ...eng,
    ...topic,
    usage: { session: { writes: 600 } },
    expect: { effect: 'deny', policies: ['cap-assistant-writes'] },
  },
];

/** Cases of the starter set "strict". */
export const STRICT_CASES: readonly PolicyCase[] = [
  ...COMMON,
  {
    name: 'a person pushes main',
    ...person,
    ...topic,
    ref: 'refs/heads/main',
    expect: { effect: 'deny', policies: ['deny-protected'] },
  },
  {
    name: 'the 61st write of a session within an hour is refused',
    ...eng,
    ...topic,
    usage: { session: { writes: 60 } },
    expect: { effect: 'deny', policies: ['cap-session-writes'] },
  },
  {
    name: 'a write to prod waits',
    ...eng,
    ...topic,
    sets: ['prod'],
    expect: { effect: 'hold', policies: ['hold-prod-write'] },
  },
  {
    name: 'a write to prod on a Sunday is refused',
    ...person,
    ...topic,
    sets: ['prod'],
    at: '2026-11-22T10:00:00Z',
    expect: { effect: 'deny', policies: ['deny-prod-after-hours'] },
  },
  {
    name: 'a write to prod on a Sunday in an emergency',
    ...person,
    ...topic,
    sets: ['prod'],
    at: '2026-11-22T10:00:00Z',
    break_glass: true,
    expect: { effect: 'allow', policies: ['eng-branches'] },
  },
];

/** Cases of the starter set "observe-only": what "balanced" would do is recorded, not done. */
export const OBSERVE_ONLY_CASES: readonly PolicyCase[] = BALANCED_CASES.map((one) => {
  const { effect, ...expect } = one.expect;
  return effect === 'allow' ? one : { ...one, expect: { ...expect, effect: 'allow', observed: effect } };
});
