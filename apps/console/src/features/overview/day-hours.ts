import type { OverviewHour } from '@holdshort/api-client';

export type Counts = Pick<OverviewHour, 'calls' | 'pushes' | 'refusals' | 'holds'>;

const NONE: Counts = { calls: 0, pushes: 0, refusals: 0, holds: 0 };
const HOUR = 3_600_000;

const plus = (a: Counts, b: Counts): Counts => ({
  calls: a.calls + b.calls,
  pushes: a.pushes + b.pushes,
  refusals: a.refusals + b.refusals,
  holds: a.holds + b.holds,
});

export const sumOf = (hours: readonly Counts[]): Counts => hours.reduce(plus, NONE);

/** Every hour from the first to the last, those without events too. */
export function everyHour(hours: readonly OverviewHour[], since: Date, until: Date): (Counts & { at: Date })[] {
  const byHour = Map.groupBy(hours, ({ at }) => new Date(at).getTime());
  const first = Math.floor(since.getTime() / HOUR) * HOUR;
  const count = Math.max(1, Math.ceil((until.getTime() - first) / HOUR));
  return Array.from({ length: count }, (_, index) => first + index * HOUR).map((at) => ({
    at: new Date(at),
    ...sumOf(byHour.get(at) ?? []),
  }));
}

/** What each assistant did, busiest first. */
export function byAssistant(hours: readonly OverviewHour[]): (Counts & { assistant: string })[] {
  const groups = Map.groupBy(hours, ({ assistant }) => assistant);
  return [...groups]
    .map(([assistant, entries]) => ({ assistant, ...sumOf(entries) }))
    .sort((a, b) => b.calls - a.calls);
}
