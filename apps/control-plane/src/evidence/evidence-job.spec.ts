import { exampleEvent, type AuditEvent } from '@holdshort/audit-events';
import { draftsOf } from './evidence-job.js';

const push = exampleEvent('call.write');
const [ref] = push.push ?? [];
const SHA = ref?.new ?? '';
const OTHER = '5e7a1c9d0b3f4a6e8c2d1f0a9b8c7d6e5f4a3b2c';

const saidOf = (changes: Partial<AuditEvent>): string[] =>
  draftsOf({ ...push, ...changes }).map(({ kind, subject, ref: at }) => `${kind} ${subject} ${at}`.trim());
const refs = (...changes: object[]): AuditEvent['push'] =>
  changes.map((change) => ({ ...(ref ?? { ref: '', old: '', new: '', kind: 'update' }), ...change }));
const api = (intents: string[], response: object, target: object): Partial<AuditEvent> => ({
  push: undefined,
  request: { ...(push.request ?? { surface: '', operation: '', class: '', method: '', path: '' }), intents },
  response: { status: 200, duration_ms: 1, ...response },
  target: { host: 'api.github.com', repo: 'acme/app', ...target },
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
    const made = api(['ref.update'], { commits: [OTHER, OTHER] }, { ref: 'refs/heads/api' });
    expect(saidOf(made)).toEqual([`commit ${OTHER} refs/heads/api`, 'pull refs/heads/api refs/heads/api']);
    expect(saidOf(api(['pull.merge'], { commits: [OTHER] }, { number: 7 }))).toEqual([`commit ${OTHER}`]);
    expect(saidOf(api(['pull.open'], { pull: 7 }, {}))).toEqual(['pull 7']);
    expect(saidOf(api(['object.write'], { commits: [OTHER] }, {}))).toEqual([]);
    expect(saidOf(api(['ref.create'], { commits: [OTHER] }, { ref: 'refs/tags/v1' }))).toEqual([]);
  });
});
