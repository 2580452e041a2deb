import { exampleEvent } from '@holdshort/audit-events';
import { resultOf, whatOf, whoOf } from './event-words.js';

describe('an event in words', () => {
  it('names person, assistant, place and operation', () => {
    const event = exampleEvent('call.write');
    expect([whoOf(event), whatOf(event), resultOf(event)]).toEqual([
      'alice with copilot',
      'acme/app · fix-42 · git/receive-pack',
      'success',
    ]);
  });

  it('names the emitter where nobody else is in it', () => {
    const { human, ai, ...rest } = exampleEvent('agent.started');
    expect([human, ai]).toEqual([undefined, undefined]);
    expect(whoOf(rest)).toBe(rest.agent.id);
  });
});
