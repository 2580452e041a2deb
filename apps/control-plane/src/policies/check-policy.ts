import { HoldshortError } from '@holdshort/errors';
import {
  describeFailure,
  loadPolicySet,
  PolicyProblemsError,
  runCases,
  type PolicyProblem,
  type PolicySet,
  type PolicySetSource,
} from '@holdshort/policy';
import { runWorker } from '../worker/run-worker.js';

/** What a check finds; sent between threads. */
export type CheckResult =
  | { problems: PolicyProblem[] }
  | { version: string; schemaHash: string; policies: PolicySet['policies']; failures: string[]; cases: number };

/** Loads the set and asks it its cases. Takes 1.5 ms per policy: not for the thread that decides. */
export function checkHere(source: PolicySetSource): CheckResult {
  try {
    const set = loadPolicySet(source);
    const results = runCases(set, source.cases ?? []);
    const failures = results.filter(({ passed }) => !passed).map(describeFailure);
    return {
      version: set.version,
      schemaHash: set.schemaHash,
      policies: set.policies,
      failures,
      cases: results.length,
    };
  } catch (error) {
    if (error instanceof PolicyProblemsError) return { problems: [...error.problems] };
    throw error;
  }
}

/** What is wrong with a set, if anything; in a thread of its own. */
export const examinePolicy = (source: PolicySetSource): Promise<CheckResult> =>
  runWorker<CheckResult>(new URL('./check-worker.js', import.meta.url), source).result;

type Sound = Exclude<CheckResult, { problems: PolicyProblem[] }>;

/** @throws HoldshortError `request_malformed` where the set must not be stored: it does not load, or a case fails */
export async function checkPolicy(source: PolicySetSource): Promise<Sound> {
  const result = await examinePolicy(source);
  if ('problems' in result) throw new PolicyProblemsError(result.problems);
  if (result.failures.length === 0) return result;
  const count = `${String(result.failures.length)} of ${String(result.cases)} cases fail`;
  throw new HoldshortError('request_malformed', `${count}, so nothing was stored:\n${result.failures.join('\n')}`, {
    advice: 'Correct the policy, or the cases where they ask for the wrong thing.',
  });
}
