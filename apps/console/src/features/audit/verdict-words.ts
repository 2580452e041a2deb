import type { AnswerOf } from '@holdshort/api-client';

export type Verdict = AnswerOf<'GET /audit/verification'>;

const TITLES = {
  good: 'The trail is whole',
  broken: 'The trail is broken',
  could_not_tell: 'It could not be told',
} as const;

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** What was found, most important first. */
export function verdictWords(verdict: Verdict): { title: string; lines: string[] } {
  const { events, number_of_chains: chains, checkpoints, heads, anchors, unsigned_records: unsigned } = verdict;
  return {
    title: TITLES[verdict.verdict],
    lines: [
      ...(verdict.broken ? [verdict.broken.message] : []),
      ...verdict.reasons,
      `${plural(events, 'record')} in ${plural(chains, 'chain')}, with ${plural(checkpoints, 'checkpoint')}, ${plural(heads, 'countersigned head')} and ${plural(anchors, 'anchor')}`,
      ...(unsigned > 0 ? [`${plural(unsigned, 'record')} at the ends of chains, which no signature covers yet`] : []),
    ],
  };
}
