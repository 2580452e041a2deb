import type { FlipCount, PolicyDiff, PolicySummary, Simulation } from '@holdshort/api-client';
import { printable, table } from '../table.js';

const HEADER = ['VERSION', 'NAME', 'STATE', 'AUTHOR', 'REVIEWER', 'CREATED', 'ACTIVATED'];

const row = (policy: PolicySummary): string[] => [
  policy.version,
  policy.name,
  policy.state,
  policy.author ?? '-',
  policy.reviewer ?? '-',
  policy.created_at,
  policy.activated_at ?? '-',
];

const starterNote = (policy: PolicySummary): string[] =>
  policy.newer_starter === null || policy.starter === null
    ? []
    : [
        `A newer starter set "${policy.starter.name}" is available (${policy.newer_starter}). It replaces nothing by itself: compare with \`holdshort policy init\` in another folder.`,
      ];

export const describePolicies = (policies: readonly PolicySummary[]): string =>
  [table(HEADER, policies.map(row)), ...policies.filter(({ state }) => state === 'active').flatMap(starterNote)].join(
    '\n',
  );

const lines = (text: string, mark: string): string[] => text.split('\n').map((line) => `${mark} ${printable(line)}`);

/** As `diff` shows it: what goes with -, what comes with +. */
export function describeDiff(diff: PolicyDiff): string {
  const parts = (['access', 'obligations', 'settings', 'cases'] as const).flatMap((kind) =>
    diff[kind].flatMap(({ id, before, after }) => [
      `${kind}: ${printable(id)}`,
      ...(before === null ? [] : lines(before, '-')),
      ...(after === null ? [] : lines(after, '+')),
    ]),
  );
  return parts.length === 0 ? 'No difference.' : [`from ${diff.from} to ${diff.to}`, ...parts].join('\n');
}

export const isDifferent = (diff: PolicyDiff): boolean =>
  [diff.access, diff.obligations, diff.settings, diff.cases].some((list) => list.length > 0);

const counts = (title: string, list: readonly FlipCount[]): string[] =>
  list.length === 0
    ? []
    : [`${title}:`, ...list.slice(0, 10).map(({ name, flips }) => `  ${flips}  ${printable(name)}`)];

/** What would be decided otherwise, in words. */
export function describeSimulation({ version, from, to, report, error }: Simulation): string {
  if (!report) return error ?? 'The simulation has no result.';
  const { flips, judged, distinct, seconds, skipped } = report;
  const samples = report.samples
    .slice(0, 10)
    .map(
      (one) =>
        `  ${one.at}  ${one.actor}  ${one.repository}  ${one.operation}: ${one.recorded} -> ${one.simulated} (${one.policies.join(', ') || 'no policy permits'})`,
    );
  return [
    `${flips} of ${judged} calls from ${from} to ${to} would be decided otherwise by ${version} (${distinct} different, ${skipped} not decided by policy, ${seconds} s).`,
    ...counts('By change', report.by_change),
    ...counts('By policy', report.by_policy),
    ...counts('By engineer', report.by_actor),
    ...counts('By repository', report.by_repository),
    ...(samples.length === 0 ? [] : ['Samples:', ...samples.map(printable)]),
  ].join('\n');
}
