import { BALANCED } from './starters/starter-sets.js';
import type { DecisionInput } from './decision-input.js';
import { loadPolicySet, loadPolicySetUnindexed } from './load-policy-set.js';

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

/** Ten policies that all look at the call: what a decision costs without any others. */
const TEN = [
  '@id("eng") permit (principal in Holdshort::Group::"eng", action, resource in Holdshort::Org::"acme");',
  ...Array.from(
    { length: 9 },
    (_, n) =>
      `@id("no-${n}") @message("no") forbid (principal is Holdshort::Assistant, action in Holdshort::Action::"ref.change", resource) when { context.push.ref == "refs/heads/frozen-${n}" };`,
  ),
].join('\n');

const round = (value: number): number => Number(value.toFixed(3));

function median(calls: number, call: () => void): number {
  const times = Array.from({ length: calls }, () => {
    const started = performance.now();
    call();
    return performance.now() - started;
  });
  return times.sort((a, b) => a - b)[calls >> 1] ?? 0;
}

/** p50 of a decision among `TEN` and `count - 10` policies of other scopes. */
function measure(count: number, load: typeof loadPolicySet, calls: number): number {
  const set = load({ ...BALANCED, access: `${TEN}\n${more(count - 10)}` });
  set.decide(INPUT); // the first call parses
  return median(calls, () => set.decide(INPUT));
}

/** Cost of one decision (both Cedar questions) as the set grows. */
export function bench(): Promise<Measured[]> {
  const sizes = [10, 100, 1_000, 10_000].map((count) => ({ count, p50: measure(count, loadPolicySet, 400) }));
  const ratio = (sizes.at(-1)?.p50 ?? 0) / (sizes[0]?.p50 ?? 1);
  const started = performance.now();
  loadPolicySet({ ...BALANCED, access: `${TEN}\n${more(9_990)}` });
  const loading = performance.now() - started;
  return Promise.resolve([
    ...sizes.map(({ count, p50 }) => ({ name: `decision, ${count} policies, p50`, value: round(p50), unit: 'ms' })),
    { name: 'decision, 10,000 policies over 10, p50', value: round(ratio), unit: 'x' },
    {
      name: 'decision, 1,000 policies without the index, p50',
      value: round(measure(1_000, loadPolicySetUnindexed, 60)),
      unit: 'ms',
    },
    { name: 'loading and checking 10,000 policies', value: round(loading / 1000), unit: 's' },
  ]);
}
