/** One of the things that are compared; `run` gives what is measured, e.g. seconds. */
export interface Side<Measured> {
  name: string;
  run: (round: number) => Promise<Measured>;
}

/**
 * Runs A, B, C, A, B, C, ...: whatever else happens on the machine happens to all sides. Every second round runs
 * backwards, so that no side always comes after the same other one.
 * @returns the results of each side, by round
 */
export async function interleave<Measured>(
  sides: readonly Side<Measured>[],
  rounds: number,
): Promise<Record<string, Measured[]>> {
  const results: Record<string, Measured[]> = Object.fromEntries(sides.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
      results[side.name]?.push(await side.run(round));
    }
  }
  return results;
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
