import type { CheckResult } from '@holdshort/audit-events';

/** What was found, for people. */
export function verifyWords(result: CheckResult): string {
  const { broken, events, outcomes, reasons } = result;
  if (broken)
    return `Broken (${broken.kind}): ${broken.message}${broken.id === undefined ? '' : ` (event ${broken.id})`}.`;
  const lines = [
    `${events} events in ${result.number_of_chains} chains: whole.`,
    signedWords(result),
    ...(outcomes
      ? [
          `${outcomes.attempts} attempts, ${outcomes.outcomes} outcomes${outcomes.ok ? ', each attempt has its outcome.' : ':'}`,
          ...outcomes.problems.map(
            (problem) =>
              `  ${problem.kind}: call ${problem.correlation_id} of ${problem.agent_id}, event ${problem.event_id}`,
          ),
        ]
      : []),
    ...reasons.map((reason) => `Not certain: ${reason}.`),
  ];
  return lines.join('\n');
}

function signedWords(result: CheckResult): string {
  const { checkpoints, heads, anchors, anchors_compared: compared, unsigned_records: unsigned, awaited } = result;
  return [
    `Signed by ${checkpoints} checkpoints, ${heads} countersigned heads and ${anchors} anchors`,
    compared > 0 ? `, ${compared} of them the same outside` : '',
    unsigned > 0 ? `; the newest ${unsigned} records are not signed yet` : '',
    awaited > 0 ? `; ${awaited} signed records are still on their way` : '',
    '.',
  ].join('');
}
