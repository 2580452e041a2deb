import { exampleEvent, type AuditEvent } from '@holdshort/audit-events';
import { attribute } from './attribute.js';
import { factsOfEvents } from './facts-of-events.js';
import { timelineOf } from './timeline.js';

const exchange = exampleEvent('model.exchange');
const CHAIN = exchange.process;
const write = exampleEvent('call.write');
const NEW = write.push?.[0]?.new ?? '';

/** The catalogue's examples as one story: the model asks for a push, the push comes, the model hears of it. */
function story(): AuditEvent[] {
  const at = (time: string, event: AuditEvent, more: Partial<AuditEvent>): AuditEvent => ({ ...event, time, ...more });
  const model = exchange.model && { ...exchange.model, calls: [], duration_ms: 10, first_byte_ms: 5 };
  const git = { pid: 5000, started: 1_000_000, name: 'git' };
  const process = CHAIN && { ...CHAIN, chain: [git, ...CHAIN.chain] };
  return [
    at('2026-01-31T09:00:00.000Z', exchange, { id: 'e1' }),
    at('2026-01-31T09:00:01.000Z', write, { id: 'w0', phase: 'attempt', process }),
    at('2026-01-31T09:00:02.000Z', write, { id: 'w1', phase: 'outcome', process }),
    at('2026-01-31T09:00:04.000Z', exchange, {
      id: 'e2',
      model: model && {
        ...model,
        results: [{ call_id: 'call_8c1d', sha256: 'a'.repeat(64), commits: [NEW.slice(0, 7)] }],
      },
    }),
    exampleEvent('call.read'),
  ];
}

describe('factsOfEvents', () => {
  it('counts a write once, at the time of its attempt, and no read', () => {
    const facts = factsOfEvents(story());
    expect(facts.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['exchange e1', 'operation w1', 'exchange e2']);
    expect(facts[1]?.startedAt).toBe(Date.parse('2026-01-31T09:00:01.000Z'));
  });

  it('gives what the graph needs', () => {
    const edges = attribute(factsOfEvents(story())).edges.map(
      ({ from, to, confidence }) => `${from} ${to} ${confidence}`,
    );
    expect(edges).toContain(`call:ses_77ab:call_8c1d operation:w1 command`);
    expect(edges).toContain(`call:ses_77ab:call_8c1d commit:${NEW} exact`);
  });
});

it('a commit that GitHub made for a call hangs on that call, as its answer says', () => {
  const made = '5e7a1c9d0b3f4a6e8c2d1f0a9b8c7d6e5f4a3b2c';
  const { push: _push, ...call } = write;
  const event: AuditEvent = {
    ...call,
    id: 'w2',
    effects: [{ kind: 'ref', action: 'update', ref: 'refs/heads/api', new: made }],
  };
  expect(attribute(factsOfEvents([event])).edges).toEqual([
    { from: 'operation:w2', to: `commit:${made}`, confidence: 'exact', evidence: ["GitHub's answer names the commit"] },
  ]);
});

it('a timeline tells what happened in order, with the cause of a push', () => {
  const entries = timelineOf(story());
  expect(entries.map(({ kind }) => kind)).toEqual(['prompt', 'answer', 'call', 'write', 'write', 'answer', 'read']);
  expect(entries[4]).toMatchObject({
    title: 'git/receive-pack on acme/app',
    cause: { confidence: 'command', promptSha256: exchange.model?.prompt_sha256 },
  });
  // a prompt is told once, however often the conversation repeats it
  expect(entries.filter(({ kind }) => kind === 'prompt')).toHaveLength(1);
});
