import fc from 'fast-check';
import { attribute } from './attribute.js';
import { report, score, type Scores } from './testing/score.js';
import { seeded, simulate } from './testing/simulated-world.js';

const RUNS = 60;

const wrongOf = ({ edges, made, humans }: Scores): string[] => [
  ...edges.exact.wrong,
  ...edges.command.wrong,
  ...made.wrong,
  ...humans.wrong,
];

describe('attribute, on 50 interleaved sessions', () => {
  it('has no wrong edge above inferred, and marks no assistant human', () => {
    let scores: Scores | undefined;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        scores = score(simulate(seeded(seed), 50), scores);
        expect(wrongOf(scores)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    if (!scores) throw new Error('nothing was simulated');
    process.stdout.write(`\nattribution, ${RUNS} worlds of 50 sessions:\n${report(scores)}\n`);
    // it must also find something
    expect(scores.edges.exact.right).toBeGreaterThan(scores.caused / 5);
    expect(scores.edges.command.right).toBeGreaterThan(scores.caused / 10);
    expect(scores.humans.right).toBeGreaterThan(scores.humans.of / 2);
    // recall of all confidences together, and precision of the one that may be wrong
    const { exact, command, inferred } = scores.edges;
    expect(exact.right + command.right + inferred.right).toBeGreaterThan(scores.caused * 0.9);
    expect(inferred.right).toBeGreaterThan((inferred.right + inferred.wrong.length) / 2);
  });

  it('does not depend on the order in which facts arrive', () => {
    const { facts } = simulate(seeded(7), 20);
    const byId = (graph: ReturnType<typeof attribute>): string[] =>
      graph.edges.map(({ from, to, confidence }) => `${from} ${to} ${confidence}`).sort();
    expect(byId(attribute([...facts].reverse()))).toEqual(byId(attribute(facts)));
  });
});
