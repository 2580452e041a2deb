import type { Session } from '../sessions/session.js';
import { covers, grantsThatOpen, type Grant } from './grant-cover.js';

const grant = (changes: Partial<Grant> = {}): Grant => ({
  id: 'grt_1',
  sessionId: 'ses_1',
  engineer: 'alice',
  engineerIdp: 'idp',
  actions: ['ref.update'],
  repo: 'acme/app',
  refGlob: 'refs/heads/release/*',
  gates: ['release'],
  reason: '',
  granterSub: 'sam',
  granterIdp: 'idp',
  granterLogin: 'sam',
  granterEmail: 'sam@example.test',
  granterGroups: ['security'],
  createdAt: new Date(0),
  expiresAt: new Date(0),
  revokedAt: null,
  revokedBy: null,
  uses: 0,
  ...changes,
});
const session = { id: 'ses_1', humanLogin: 'alice', humanIdp: 'idp' } as Session;
const effect = { action: 'ref.update', repo: 'acme/app', ref: 'refs/heads/release/1' };
const gate = { name: 'release', approvers: 'security', required: 1, message: '' };

describe('what a grant covers', () => {
  it.each([
    ['its session, action, repository and ref', {}, {}, true],
    ['the repository under another case', {}, { repo: 'ACME/App' }, true],
    ['another action', {}, { action: 'ref.force' }, false],
    ['another repository', {}, { repo: 'acme/site' }, false],
    ['another branch', {}, { ref: 'refs/heads/main' }, false],
    ['an effect without a ref', {}, { ref: undefined }, false],
    [
      'an effect without a ref, where none is named',
      { refGlob: '', actions: ['pull.merge'] },
      { ref: undefined, action: 'pull.merge' },
      true,
    ],
    ['another session', { sessionId: 'ses_2' }, {}, false],
    ['every session of the engineer', { sessionId: '' }, {}, true],
    ['not those of another', { sessionId: '', engineer: 'bob' }, {}, false],
    ['not those of a namesake at another provider', { sessionId: '', engineerIdp: 'other' }, {}, false],
  ])('%s', (_, changes, seen, expected) => {
    expect(covers(grant(changes), session, { ...effect, ...seen })).toBe(expected);
  });
});

describe('which grants open a hold', () => {
  const two = grant({ id: 'grt_2', granterSub: 'sue' });
  it.each([
    ['a gate of the granter’s group', [grant()], [gate], ['grt_1']],
    ['not a gate of another group', [grant()], [{ ...gate, approvers: 'eng' }], undefined],
    ['not a gate that it does not name', [grant()], [{ ...gate, name: 'workflow-change' }], undefined],
    [
      'not a gate that asks for two, by one person twice',
      [grant(), grant({ id: 'grt_3' })],
      [{ ...gate, required: 2 }],
      undefined,
    ],
    ['a gate that asks for two, by two people', [grant(), two], [{ ...gate, required: 2 }], ['grt_1', 'grt_2']],
    ['not two gates where one stays shut', [grant()], [gate, { ...gate, name: 'other' }], undefined],
    ['nothing without a gate', [grant()], [], undefined],
    ['nothing at a gate that asks for nobody', [], [{ ...gate, required: 0 }], undefined],
  ])('%s', (_, grants, gates, expected) => {
    expect(grantsThatOpen(grants, gates)?.map(({ id }) => id)).toEqual(expected);
  });
});
