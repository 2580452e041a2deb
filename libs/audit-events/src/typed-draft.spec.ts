import type { TypedDraft } from './event.js';

// Each directive fails the type check of the specs (npm run lint) where the compiler has nothing to say.
it('is held to the catalogue by the compiler', () => {
  const common = { phase: 'single', correlation_id: 'c' } as const;
  const drafts: TypedDraft[] = [
    { ...common, type: 'agent.started', detail: { pid: 1 } },
    // @ts-expect-error -- a key of `detail` is missing
    { ...common, type: 'agent.started', detail: {} },
    // @ts-expect-error -- a key of `detail` has another type
    { ...common, type: 'agent.started', detail: { pid: 'one' } },
    // @ts-expect-error -- the type has no such field
    { ...common, type: 'agent.stopped', session_id: 's' },
    // @ts-expect-error -- a required field is missing
    { ...common, type: 'auth.login', outcome: 'success', detail: { by: 'device', issuer: 'main' } },
    // @ts-expect-error -- the type has no such phase
    { ...common, phase: 'attempt', type: 'agent.stopped' },
    // @ts-expect-error -- there is no such type
    { ...common, type: 'agent.vanished' },
  ];
  expect(drafts).toHaveLength(7);
});
