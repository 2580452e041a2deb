import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import { HoldshortError } from '@holdshort/errors';
import { positionAt, type Position } from './source-position.js';

/** One thing that is wrong with a set of policies. */
export interface PolicyProblem {
  /** Which text it is about. */
  set: 'access' | 'obligations' | 'schema' | 'settings' | 'cases';
  /** Policy id, name of the setting or case, or the text's kind where it could not be split. */
  policy: string;
  position?: Position;
  text: string;
}

const render = ({ policy, position, text }: PolicyProblem): string =>
  position === undefined ? `${policy}: ${text}` : `${policy} at ${position.line}:${position.column}: ${text}`;

/** A policy set that must not be used. The message lists every problem, one a line. */
export class PolicyProblemsError extends HoldshortError {
  constructor(readonly problems: readonly PolicyProblem[]) {
    super('request_malformed', problems.map(render).join('\n'), {
      advice: 'Correct the policy; nothing was loaded, and the set in force stays in force.',
    });
  }
}

export const policyProblems = (problems: readonly PolicyProblem[]): PolicyProblemsError =>
  new PolicyProblemsError(problems);

/** Cedar's error as a problem; `base` is where the quoted text begins in `source`. */
export function problemOf(
  { set, policy }: Pick<PolicyProblem, 'set' | 'policy'>,
  error: DetailedError,
  source: string,
  base = 0,
): PolicyProblem {
  const text = error.help === null ? error.message : `${error.message} (${error.help})`;
  const start = error.sourceLocations?.[0]?.start;
  return start === undefined
    ? { set, policy, text }
    : { set, policy, text, position: positionAt(source, base + start) };
}
