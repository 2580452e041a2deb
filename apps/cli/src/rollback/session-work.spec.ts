import type { AuditEvent } from '@holdshort/audit-events';
import { workOf } from './session-work.js';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const request = (operation: string, ...intents: string[]) => ({
  ...{ surface: 'rest', operation, class: 'write', intents, method: 'POST', path: '/' },
});

let number = 0;
const event = (facts: Partial<AuditEvent>): AuditEvent =>
  ({
    type: 'call.write',
    phase: 'outcome',
    time: '2026-01-01T00:00:00.000Z',
    correlation_id: `cor_${String((number += 1))}`,
    target: { host: 'github.com', repo: 'acme/app' },
    request: request('git/receive-pack', 'ref.update'),
    outcome: 'success',
    ...facts,
  }) as AuditEvent;
const pushed = (result: string | undefined, ref = 'refs/heads/x') => ({
  ...{ ref, old: A, new: B, kind: 'force' as const },
  ...(result === undefined ? {} : { result }),
});

it('takes the refs that GitHub accepted, of a push that failed for others too', () => {
  const { effects, untold } = workOf([
    event({ push: [pushed('ok')] }),
    event({ push: [pushed('ok', 'refs/heads/y'), pushed('protected')], outcome: 'failed' }),
    event({ push: [pushed('non-fast-forward')], outcome: 'failed' }),
  ]);
  expect(effects.map(({ effect }) => effect)).toEqual([
    { kind: 'ref', action: 'update', ref: 'refs/heads/x', old: A, new: B },
    { kind: 'ref', action: 'update', ref: 'refs/heads/y', old: A, new: B },
  ]);
  expect(untold).toEqual([]);
});

it('takes what calls by the API did, in their order', () => {
  const opened = { kind: 'pull', action: 'create', number: 7 } as const;
  const merged = { kind: 'pull', action: 'merge', number: 7, new: B } as const;
  const { effects } = workOf([
    event({ request: request('pulls/create', 'pull.open'), effects: [opened] }),
    event({ request: request('pulls/merge', 'pull.merge'), effects: [merged] }),
  ]);
  expect(effects).toEqual([
    expect.objectContaining({ repo: 'acme/app', operation: 'pulls/create', effect: opened }),
    expect.objectContaining({ operation: 'pulls/merge', effect: merged }),
  ]);
});

it('leaves out what did nothing: reads, refusals, failures, objects that no ref leads to', () => {
  const work = workOf([
    event({ type: 'call.read' }),
    event({ type: 'call.refused', outcome: 'refused' }),
    event({ outcome: 'refused', request: request('pulls/merge', 'pull.merge') }),
    event({ outcome: 'failed', request: request('pulls/merge', 'pull.merge') }),
    event({ request: request('git/create-tree', 'object.write') }),
  ]);
  expect(work).toEqual({ effects: [], untold: [] });
});

it.each<[string, Partial<AuditEvent>]>([
  [
    'this is undone by hand: Holdshort does not know how',
    { request: request('repos/create-release', 'release.write') },
  ],
  ['whether GitHub did it is not known: look at it by hand', { outcome: 'unknown', push: [pushed('ok')] }],
  ['how it ended is not recorded: look at it by hand', { phase: 'attempt' }],
  [
    'it was in a wiki, which is undone by hand',
    { request: request('git/receive-pack', 'wiki.write'), push: [pushed('ok')] },
  ],
  [
    'it was at ghes.corp.example, which is undone by hand',
    { target: { host: 'ghes.corp.example', repo: 'acme/app' }, push: [pushed('ok')] },
  ],
])('says %s', (why, facts) => {
  expect(workOf([event(facts)])).toEqual({ effects: [], untold: [expect.objectContaining({ why })] });
});

it('takes an attempt with its outcome once', () => {
  const both = { correlation_id: 'cor_both', push: [pushed('ok')] };
  expect(workOf([event({ ...both, phase: 'attempt' }), event(both)])).toMatchObject({
    effects: [{ call: 'cor_both' }],
    untold: [],
  });
});
