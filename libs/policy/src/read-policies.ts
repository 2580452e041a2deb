import { policySetTextToParts, policyToJson, type PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { policyProblems, problemOf, type PolicyProblem } from './policy-problem.js';
import { positionAt } from './source-position.js';

export interface ReadPolicy {
  id: string;
  text: string;
  /** Offset of `text` in the source. */
  offset: number;
  json: PolicyJson;
  annotations: Record<string, string>;
}

export interface PolicySource {
  /** How problems name the file: `access` or `obligations`. */
  kind: string;
  source: string;
}

function splitSource({ kind, source }: PolicySource): string[] {
  const parts = policySetTextToParts(source);
  if (parts.type === 'failure') throw policyProblems(parts.errors.map((error) => problemOf(kind, error, source)));
  if (parts.policy_templates.length > 0) {
    throw policyProblems([
      { policy: kind, text: 'Templates (?principal, ?resource) are not supported; write the policy out.' },
    ]);
  }
  return parts.policies;
}

function readPolicy({ kind, source }: PolicySource, text: string): ReadPolicy | PolicyProblem {
  // Cedar drops the comments before a policy, but the policy's own text stays as it was written.
  const offset = Math.max(0, source.indexOf(text));
  const answer = policyToJson(text);
  if (answer.type === 'failure') return { policy: kind, text: 'The policy cannot be read.' };
  const annotations = answer.json.annotations ?? {};
  const id = annotations['id'];
  const position = positionAt(source, offset);
  if (!id) return { policy: kind, position, text: 'Each policy needs @id("...").' };
  return { id, text, offset, json: answer.json, annotations };
}

const isProblem = (entry: ReadPolicy | PolicyProblem): entry is PolicyProblem => 'policy' in entry;

function duplicates(policies: readonly ReadPolicy[], { source }: PolicySource): PolicyProblem[] {
  const seen = new Set<string>();
  return policies.flatMap(({ id, offset }) => {
    if (!seen.has(id)) return (seen.add(id), []);
    return [{ policy: id, position: positionAt(source, offset), text: 'The @id is used twice.' }];
  });
}

/**
 * Splits a policy text and reads each policy's annotations. `@id` is a mere annotation to Cedar, so
 * the id must be carried beside each policy from here on.
 * @throws HoldshortError `request_malformed`: unreadable text, template, missing or duplicate `@id`.
 */
export function readPolicies(file: PolicySource): ReadPolicy[] {
  const entries = splitSource(file).map((text) => readPolicy(file, text));
  const policies = entries.filter((entry): entry is ReadPolicy => !isProblem(entry));
  const problems = [...entries.filter(isProblem), ...duplicates(policies, file)];
  if (problems.length > 0) throw policyProblems(problems);
  return policies.sort((a, b) => a.offset - b.offset);
}
