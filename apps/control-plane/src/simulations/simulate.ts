import { createHash } from 'node:crypto';
import type { DecisionInput, PolicySet } from '@holdshort/policy';
import { combineOutcomes, type Verdict } from '../decisions/combine-outcomes.js';
import { recordedEffect, recordedInputs, type RecordedRow } from './recorded-call.js';
import { FlipTally, type SimulationReport } from './simulation-report.js';

/** What a simulation keeps of an answer. */
type Answer = Pick<Verdict, 'effect' | 'policies' | 'message'>;

const judge = (set: PolicySet, inputs: readonly DecisionInput[]): Answer => {
  const { effect, policies, message } = combineOutcomes(inputs.map((input) => set.decide(input)));
  return { effect, policies, message };
};

/** 16 bytes: 100,000 questions fit in a few megabytes, and two of them meet by chance once in 10^28. */
const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64').slice(0, 22);

/** Asks the set once for all questions that it cannot tell apart. */
export class Simulation {
  private readonly answers = new Map<string, Answer>();
  private readonly tally = new FlipTally();
  private counts = { decisions: 0, judged: 0, skipped: 0 };
  private readonly started = performance.now();

  constructor(private readonly set: PolicySet) {}

  add(row: RecordedRow): void {
    this.counts.decisions++;
    const recorded = recordedEffect(row);
    const inputs = recorded === undefined ? undefined : recordedInputs(row);
    if (recorded === undefined || inputs === undefined) {
      this.counts.skipped++;
      return;
    }
    this.counts.judged++;
    const answer = this.answerTo(inputs);
    if (answer.effect !== recorded) this.flip(row, recorded, answer);
  }

  report(): SimulationReport {
    const seconds = Math.round(performance.now() - this.started) / 1000;
    return { ...this.counts, distinct: this.answers.size, ...this.tally.result(), seconds };
  }

  private answerTo(inputs: readonly DecisionInput[]): Answer {
    const key = digestOf(JSON.stringify([...new Set(inputs.map((input) => this.set.questionKey(input)))]));
    const known = this.answers.get(key);
    if (known) return known;
    const answer = judge(this.set, inputs);
    this.answers.set(key, answer);
    return answer;
  }

  private flip(row: RecordedRow, recorded: RecordedRow['effect'], answer: Answer): void {
    this.tally.add({
      decision_id: row.id,
      at: row.decided_at.toISOString(),
      actor: row.request.principal?.login ?? '',
      repository: row.target,
      operation: row.operation,
      recorded,
      simulated: answer.effect,
      policies: answer.policies.length > 0 ? answer.policies : recorded === 'allow' ? [] : row.policies,
      message: answer.message,
    });
  }
}
