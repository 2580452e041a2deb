import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import { HoldshortError } from '@holdshort/errors';
import { positionAt } from './source-position.js';

/** One thing that is wrong with a policy text. */
export interface PolicyProblem {
  /** Policy id, or the file's kind where the text could not be split. */
  policy: string;
  /** `line:column` in the file. */
  position?: string;
  text: string;
}

const render = ({ policy, position, text }: PolicyProblem): string =>
  position === undefined ? `${policy}: ${text}` : `${policy} at ${position}: ${text}`;

/** The one error of a policy set that must not be used; lists every problem, one a line. */
export const policyProblems = (problems: readonly PolicyProblem[]): HoldshortError =>
  new HoldshortError('request_malformed', problems.map(render).join('\n'), {
    advice: 'Correct the policy; nothing was loaded, and the set in force stays in force.',
  });

/** Cedar's error as a problem; `base` is where the quoted text begins in `source`. */
export function problemOf(policy: string, error: DetailedError, source: string, base = 0): PolicyProblem {
  const text = error.help === null ? error.message : `${error.message} (${error.help})`;
  const start = error.sourceLocations?.[0]?.start;
  return start === undefined ? { policy, text } : { policy, text, position: positionAt(source, base + start) };
}
