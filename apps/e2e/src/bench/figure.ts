/** One measured value. `min` and `max` are those of the rounds, `target` is what was promised of it, as text. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  min?: number;
  max?: number;
  target?: string;
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export const median = (values: readonly number[]): number => sorted(values)[values.length >> 1] ?? 0;

export const percentile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** Median of the rounds, with the least and the greatest. */
export const spread = (name: string, unit: string, values: readonly number[], target?: string): Figure => ({
  name,
  value: median(values),
  unit,
  min: Math.min(...values),
  max: Math.max(...values),
  ...(target === undefined ? {} : { target }),
});

/** `over / under` of each round: what disturbed the machine in a round disturbed both sides of it. */
export const ratios = (over: readonly number[], under: readonly number[]): number[] =>
  over.map((value, round) => value / (under[round] ?? Number.NaN));
