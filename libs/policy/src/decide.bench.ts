import { BALANCED } from './balanced.js';
import type { DecisionInput } from './decision-input.js';
import { loadPolicySet } from './load-policy-set.js';

interface Measured {
  name: string;
  value: number;
  unit: string;
}

const INPUT: DecisionInput = {
  principal: { kind: 'assistant', id: 's1', login: 'alice', sub: 'alice', groups: ['eng'], tool: 'copilot' },
  intent: { action: 'ref.update', target: { owner: 'acme', repo: 'app', ref: 'refs/heads/topic' } },
  surface: 'git',
  operation: 'git/receive-pack',
  method: 'POST',
  repository: {
    owner: 'acme',
    name: 'app',
    id: '1',
    defaultBranch: 'main',
    visibility: 'private',
    archived: false,
    protectedRefs: ['refs/heads/main'],
    sets: [],
  },
  session: { id: 's1', humanPresent: false },
  now: new Date(0),
  gatesOpen: [],
};

/** `count` more policies, each for an organisation of its own. */
const more = (count: number): string =>
  Array.from(
    { length: count },
    (_, n) =>
      `@id("more-${n}") permit (principal in Holdshort::Group::"g${n}", action, resource in Holdshort::Org::"o${n}");`,
  ).join('\n');

function measure(count: number, calls: number): Measured {
  const set = loadPolicySet({ ...BALANCED, access: `${BALANCED.access}\n${more(count)}` });
  const times = Array.from({ length: calls }, () => {
    const started = performance.now();
    set.decide(INPUT);
    return performance.now() - started;
  });
  times.sort((a, b) => a - b);
  return {
    name: `decision, ${set.policies.length} policies, p50`,
    value: Number((times[calls >> 1] ?? 0).toFixed(3)),
    unit: 'ms',
  };
}

/** Cost of one decision (both Cedar questions) as the set grows. */
export const bench = (): Promise<Measured[]> =>
  Promise.resolve([measure(0, 500), measure(100, 300), measure(1000, 100)]);
