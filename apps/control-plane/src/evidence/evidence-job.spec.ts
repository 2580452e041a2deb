import { exampleEvent, type AuditEvent, type EventEffect } from '@holdshort/audit-events';
import { draftsOf } from './evidence-job.js';

const push = exampleEvent('call.write');
const [ref] = push.push ?? [];
const SHA = ref?.new ?? '';
const OTHER = '5e7a1c9d0b3f4a6e8c2d1f0a9b8c7d6e5f4a3b2c';

const saidOf = (changes: Partial<AuditEvent>): string[] =>
  draftsOf({ ...push, ...changes }).map(({ kind, subject, ref: at }) => `${kind} ${subject} ${at}`.trim());
const refs = (...changes: object[]): AuditEvent['push'] =>
  changes.map((change) => ({ ...(ref ?? { ref: '', old: '', new: '', kind: 'update' }), ...change }));
const api = (intents: string[], ...effects: EventEffect[]): Partial<AuditEvent> => ({
  push: undefined,
  request: { ...(push.request ?? { surface: '', operation: '', class: '', method: '', path: '' }), intents },
  effects,
});
const moved = (name: string, change: Partial<EventEffect> = {}): EventEffect => ({
  ...{ kind: 'ref', action: 'update', ref: name, new: OTHER },
  ...change,
});

describe('draftsOf', () => {
  it('tells of each branch that GitHub moved, and of its pull requests', () => {
    expect(saidOf({})).toEqual([`commit ${SHA} refs/heads/fix-42`, 'pull refs/heads/fix-42 refs/heads/fix-42']);
    expect(draftsOf(push)[0]).toMatchObject({
      eventId: push.id,
      sessionId: 'ses_77ab',
      agentId: push.agent.id,
      correlationId: push.correlation_id,
    });
  });

  it('tells of what GitHub took of a push that it took in part', () => {
    const part = refs({ result: 'non-fast-forward' }, { ref: 'refs/heads/good', new: OTHER });
    expect(saidOf({ outcome: 'failed', push: part })[0]).toBe(`commit ${OTHER} refs/heads/good`);
  });

  it.each([
    ['an attempt', { phase: 'attempt' as const }],
    ['a push that was refused', { outcome: 'refused' as const, push: refs({ result: 'protected branch' }) }],
    ['a deletion', { push: refs({ kind: 'delete', new: '0'.repeat(40) }) }],
    ['a tag', { push: refs({ ref: 'refs/tags/v1' }) }],
    ['a wiki', { request: { ...push.request, intents: ['wiki.write'] } as never }],
    ['a call without a session', { session_id: undefined as never }],
  ])('says nothing of %s', (_, changes) => {
    expect(saidOf(changes)).toEqual([]);
  });

  it('tells of commits that GitHub made for a call, and of a pull request that was opened', () => {
    const made = api(['ref.update'], moved('refs/heads/api'), moved('refs/heads/api'));
    expect(saidOf(made)).toEqual([`commit ${OTHER} refs/heads/api`, 'pull refs/heads/api refs/heads/api']);
    const merged: EventEffect = { kind: 'pull', action: 'merge', number: 7, new: OTHER };
    expect(saidOf(api(['pull.merge'], merged))).toEqual([`commit ${OTHER}`]);
    expect(saidOf(api(['pull.open'], { kind: 'pull', action: 'create', number: 7 }))).toEqual(['pull 7']);
    expect(saidOf(api(['object.write'], moved('refs/heads/api')))).toEqual([]);
    expect(saidOf(api(['ref.create'], moved('refs/tags/v1')))).toEqual([]);
    expect(saidOf(api(['ref.update'], moved('refs/heads/api', { action: 'delete' })))).toEqual([]);
    expect(saidOf({ ...made, outcome: 'failed' })).toEqual([]);
  });
});
