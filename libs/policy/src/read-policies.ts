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
  /** How problems name the text. */
  kind: 'access' | 'obligations';
  source: string;
}

function splitSource({ kind, source }: PolicySource): string[] {
  const parts = policySetTextToParts(source);
  if (parts.type === 'failure')
    throw policyProblems(parts.errors.map((error) => problemOf({ set: kind, policy: kind }, error, source)));
  if (parts.policy_templates.length > 0) {
    throw policyProblems([
      { set: kind, policy: kind, text: 'Templates (?principal, ?resource) are not supported; write the policy out.' },
    ]);
  }
  return parts.policies;
}

function readPolicy({ kind, source }: PolicySource, text: string, offset: number): ReadPolicy | PolicyProblem {
  const answer = policyToJson(text);
  if (answer.type === 'failure') return { set: kind, policy: kind, text: 'The policy cannot be read.' };
  const annotations = answer.json.annotations ?? {};
  const id = annotations['id'];
  if (!id)
    return { set: kind, policy: kind, position: positionAt(source, offset), text: 'Each policy needs @id("...").' };
  return { id, text, offset, json: answer.json, annotations };
}

const isProblem = (entry: ReadPolicy | PolicyProblem): entry is PolicyProblem => 'set' in entry;

/** Where each policy begins. Cedar drops the comments before a policy, but the policy's own text stays as it was written. */
function offsetsOf(source: string, texts: readonly string[]): number[] {
  let from = 0;
  return texts.map((text) => {
    // Cedar gives them in the order of their names (policy10 before policy2): mostly forwards, sometimes from the start
    const next = source.indexOf(text, from);
    const offset = next === -1 ? source.indexOf(text) : next;
    from = Math.max(0, offset) + text.length;
    return Math.max(0, offset);
  });
}

function duplicates(policies: readonly ReadPolicy[], { kind, source }: PolicySource): PolicyProblem[] {
  const seen = new Set<string>();
  return policies.flatMap(({ id, offset }) => {
    if (!seen.has(id)) return (seen.add(id), []);
    return [{ set: kind, policy: id, position: positionAt(source, offset), text: 'The @id is used twice.' }];
  });
}

/**
 * Splits a policy text and reads each policy's annotations. `@id` is a mere annotation to Cedar, so
 * the id must be carried beside each policy from here on.
 * @throws HoldshortError `request_malformed`: unreadable text, template, missing or duplicate `@id`.
 */
export function readPolicies(file: PolicySource): ReadPolicy[] {
  const texts = splitSource(file);
  const offsets = offsetsOf(file.source, texts);
  const entries = texts.map((text, n) => readPolicy(file, text, offsets[n] ?? 0));
  const policies = entries.filter((entry): entry is ReadPolicy => !isProblem(entry));
  const problems = [...entries.filter(isProblem), ...duplicates(policies, file)];
  if (problems.length > 0) throw policyProblems(problems);
  return policies.sort((a, b) => a.offset - b.offset);
}
