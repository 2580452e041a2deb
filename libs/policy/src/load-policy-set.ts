import { createHash } from 'node:crypto';
import { checkParseSchema, validate, type ValidationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import type { CedarProgram } from './cedar-slots.js';
import { accessProblems, toAccessPolicy } from './check-access-policies.js';
import { possibleActions, type ScopedPolicy } from './could-allow.js';
import { decide, type DecisionBook } from './decide.js';
import { generateSchema } from './generate-schema.js';
import { obligationProblems } from './obligations.js';
import { policyProblems, problemOf, type PolicyProblem } from './policy-problem.js';
import type { PolicySet } from './policy-set.js';
import { readPolicies, type PolicySource, type ReadPolicy } from './read-policies.js';

export interface PolicySetSource {
  name: string;
  /** Cedar schema; by default the one generated from the intents and the policies' gates. */
  schema?: string;
  access: string;
  obligations: string;
}

const withoutCarriageReturns = (text: string): string => text.replaceAll('\r\n', '\n');

/** The schema counts too: the same policies over other actions are not the same rules. */
function versionOf(schema: string, { access, obligations }: PolicySetSource): string {
  const canonical = JSON.stringify([schema, access, obligations].map((text) => withoutCarriageReturns(text).trimEnd()));
  return `sha256:${createHash('sha256').update(canonical).digest('hex').slice(0, 12)}`;
}

const asRecord = (policies: readonly ReadPolicy[]): Record<string, string> =>
  Object.fromEntries(policies.map((policy) => [policy.id, policy.text]));

/** Cedar repeats a finding for each action that it concerns; one of them tells what is wrong. */
const oncePerPlace = (problems: readonly PolicyProblem[]): PolicyProblem[] => [
  ...new Map(problems.map((problem) => [`${problem.policy} ${problem.position ?? problem.text}`, problem])).values(),
];

function findings(answer: ValidationAnswer, policies: readonly ReadPolicy[], file: PolicySource): PolicyProblem[] {
  if (answer.type === 'failure') return answer.errors.map((error) => problemOf(file.kind, error, file.source));
  // Warnings count: an impossible forbid is one that never forbids.
  const found = [...answer.validationErrors, ...answer.validationWarnings].map(({ policyId, error }) => {
    const offset = policies.find((policy) => policy.id === policyId)?.offset;
    return problemOf(policyId, error, file.source, offset ?? 0);
  });
  return oncePerPlace(found);
}

function validationProblems(schema: string, policies: readonly ReadPolicy[], file: PolicySource): PolicyProblem[] {
  const answer = validate({
    schema,
    policies: { staticPolicies: asRecord(policies) },
    validationSettings: { mode: 'strict' },
  });
  return findings(answer, policies, file);
}

function checkSchema(schema: string): void {
  const answer = checkParseSchema(schema);
  if (answer.type === 'failure') throw policyProblems(answer.errors.map((error) => problemOf('schema', error, schema)));
}

const gatesOf = (policies: readonly ReadPolicy[]): string[] => [
  ...new Set(policies.flatMap(({ annotations }) => (annotations['gate'] ? [annotations['gate']] : []))),
];

function check(
  access: readonly ReadPolicy[],
  obligations: readonly ReadPolicy[],
  files: PolicySource[],
  schema: string,
): void {
  const [accessFile, obligationsFile] = files as [PolicySource, PolicySource];
  const annotations = [...accessProblems(access, accessFile), ...obligationProblems(obligations, obligationsFile)];
  // A missing gate would show again as an unknown entity: one report of it is enough.
  if (annotations.length > 0) throw policyProblems(annotations);
  checkSchema(schema);
  const validation = [
    ...validationProblems(schema, access, accessFile),
    ...validationProblems(schema, obligations, obligationsFile),
  ];
  if (validation.length > 0) throw policyProblems(validation);
}

function bookOf(
  program: CedarProgram,
  access: readonly ReadPolicy[],
  obligations: readonly ReadPolicy[],
): DecisionBook {
  return {
    program,
    access: new Map(access.map((policy) => [policy.id, toAccessPolicy(policy)])),
    obligations: new Map(obligations.map((policy) => [policy.id, policy.annotations])),
    gates: new Set(gatesOf(access)),
  };
}

/**
 * Reads and checks a set of policies; refuses all that would fail open or could never apply.
 * @throws HoldshortError `request_malformed`, one line per problem with policy id and `line:column`.
 */
export function loadPolicySet(source: PolicySetSource): PolicySet {
  const accessFile = { kind: 'access', source: source.access };
  const obligationsFile = { kind: 'obligations', source: source.obligations };
  const access = readPolicies(accessFile);
  const obligations = readPolicies(obligationsFile);
  const schema = source.schema ?? generateSchema(gatesOf(access));
  check(access, obligations, [accessFile, obligationsFile], schema);
  const book = bookOf({ schema, access: asRecord(access), obligations: asRecord(obligations) }, access, obligations);
  const scoped: ScopedPolicy[] = access.map((policy) => ({ effect: toAccessPolicy(policy).effect, json: policy.json }));
  return {
    version: versionOf(schema, source),
    name: source.name,
    decide: (input) => decide(book, input),
    possibleActions: (who) => possibleActions(scoped, who),
    policies: [...book.access.values()].map(({ id, title, effect, message }) => ({ id, title, effect, message })),
  };
}
