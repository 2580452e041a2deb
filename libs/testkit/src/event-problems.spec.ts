import { EVENT_TYPE_NAMES, exampleEvent } from '@holdshort/audit-events';
import { eventProblems, requireValidEvents } from './event-problems.js';

it('finds nothing wrong with the examples of the catalogue', () => {
  expect(EVENT_TYPE_NAMES.flatMap((type) => eventProblems(exampleEvent(type)))).toEqual([]);
});

it.each([
  ['a type that is not there', { type: 'agent.vanished' }, 'agent.vanished is not in the catalogue'],
  [
    'a missing field',
    { ...exampleEvent('session.opened'), session_id: undefined },
    "session.opened  must have required property 'session_id'",
  ],
  [
    'a field of another type',
    { ...exampleEvent('agent.stopped'), human: exampleEvent('auth.login').human },
    'agent.stopped  must NOT have additional properties {"additionalProperty":"human"}',
  ],
  [
    'an unknown key in `detail`',
    { ...exampleEvent('agent.started'), detail: { pid: 1, uid: 0 } },
    'agent.started /detail must NOT have additional properties {"additionalProperty":"uid"}',
  ],
])('names %s', (_, event, problem) => {
  expect(eventProblems(event)).toEqual([expect.stringContaining(problem)]);
  expect(() => requireValidEvents([event, event])).toThrow(`events do not hold to their schemas:\n${problem}`);
});
