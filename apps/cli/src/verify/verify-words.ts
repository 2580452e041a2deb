import type { VerifyResult } from './verify-trail.js';

/** What was found, for people. */
export function verifyWords(result: VerifyResult): string {
  const { broken, events, outcomes, reasons } = result;
  if (broken)
    return `Broken (${broken.kind}): ${broken.message}${broken.id === undefined ? '' : ` (event ${broken.id})`}.`;
  const lines = [
    `${events} events in ${result.number_of_chains} chains: whole.`,
    signedWords(result),
    ...stampedWords(result),
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

function signedWords(result: VerifyResult): string {
  const { checkpoints, heads, anchors, anchors_compared: compared, unsigned_records: unsigned, awaited } = result;
  return [
    `Signed by ${checkpoints} checkpoints, ${heads} countersigned heads and ${anchors} anchors`,
    compared > 0 ? `, ${compared} of them the same outside` : '',
    unsigned > 0 ? `; the newest ${unsigned} records are not signed yet` : '',
    awaited > 0 ? `; ${awaited} signed records are still on their way` : '',
    '.',
  ].join('');
}

function stampedWords(result: VerifyResult): string[] {
  const { time_stamps: stamps, stamped_until: until, anchors, anchors_stamped: stamped = 0 } = result;
  if (stamps === undefined || until === undefined) return [];
  const wait = result.longest_wait_seconds ?? 0;
  const rest = anchors > stamped ? `; ${anchors - stamped} newer ones have none yet` : '';
  return [
    `Time stamps of ${stamps} anchors hold, the newest of ${until}: none of ${stamped} anchors is younger than it says by more than ${spanWords(wait)}${rest}.`,
  ];
}

const spanWords = (seconds: number): string => {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`;
};
