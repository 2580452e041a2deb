import { checkParseSchema, validate, type ValidationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import { INTENTS, type IntentAction } from '@holdshort/github-operations';
import { actionAncestors } from './action-parents.js';
import type { CedarSelection } from './cedar-slots.js';
import { accessProblems, toAccessPolicy } from './check-access-policies.js';
import { possibleActions, type ScopedPolicy } from './could-allow.js';
import { looksAt, readsOf, type PolicyReads } from './context-reads.js';
import { decide, type DecisionBook } from './decide.js';
import type { DecisionInput } from './decision-input.js';
import { generateSchema } from './generate-schema.js';
import { leavesOut } from './leaves-out.js';
import { obligationProblems } from './obligations.js';
import { policyProblems, problemOf, type PolicyProblem } from './policy-problem.js';
import { scopeKey, scopeOf, type ScopeQuestion } from './policy-scope.js';
import { schemaHash, settingProblems, versionOf, type PolicySetSource } from './policy-set-source.js';
import type { FactsNeeded, PolicySet } from './policy-set.js';
import { questionKey, QuestionKeys } from './question-key.js';
import { readPolicies, type PolicySource, type ReadPolicy } from './read-policies.js';
import { withRepositorySets } from './repository-sets.js';
import { ScopeIndex } from './scope-index.js';

/** What was read of a source, before it is known to be sound. */
interface ReadSet {
  access: readonly ReadPolicy[];
  obligations: readonly ReadPolicy[];
  accessFile: PolicySource;
  obligationsFile: PolicySource;
  schema: string;
}

const ALL_ACTIONS = Object.keys(INTENTS) as IntentAction[];

const asRecord = (policies: readonly ReadPolicy[]): Record<string, string> =>
  Object.fromEntries(policies.map((policy) => [policy.id, policy.text]));

/** Cedar repeats a finding for each action that it concerns; one of them tells what is wrong. */
const oncePerPlace = (problems: readonly PolicyProblem[]): PolicyProblem[] => [
  ...new Map(
    problems.map((problem) => [`${problem.policy} ${JSON.stringify(problem.position ?? problem.text)}`, problem]),
  ).values(),
];

function findings(answer: ValidationAnswer, policies: readonly ReadPolicy[], file: PolicySource): PolicyProblem[] {
  const { kind, source } = file;
  if (answer.type === 'failure')
    return answer.errors.map((error) => problemOf({ set: kind, policy: kind }, error, source));
  // Warnings count: an impossible forbid is one that never forbids.
  const found = [...answer.validationErrors, ...answer.validationWarnings].map(({ policyId, error }) => {
    const offset = policies.find((policy) => policy.id === policyId)?.offset;
    return problemOf({ set: kind, policy: policyId }, error, source, offset ?? 0);
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
  if (answer.type === 'failure')
    throw policyProblems(answer.errors.map((error) => problemOf({ set: 'schema', policy: 'schema' }, error, schema)));
}

const gatesOf = (policies: readonly ReadPolicy[]): string[] => [
  ...new Set(policies.flatMap(({ annotations }) => (annotations['gate'] ? [annotations['gate']] : []))),
];

function readSet(source: PolicySetSource): ReadSet {
  const accessFile: PolicySource = { kind: 'access', source: source.access };
  const obligationsFile: PolicySource = { kind: 'obligations', source: source.obligations };
  const access = readPolicies(accessFile);
  const obligations = readPolicies(obligationsFile);
  return { access, obligations, accessFile, obligationsFile, schema: source.schema ?? generateSchema(gatesOf(access)) };
}

function checkWords(source: PolicySetSource, { access, obligations, accessFile, obligationsFile }: ReadSet): void {
  const words = [
    ...settingProblems(source),
    ...accessProblems(access, accessFile),
    ...obligationProblems(obligations, obligationsFile),
  ];
  // A missing gate would show again as an unknown entity: one report of it is enough.
  if (words.length > 0) throw policyProblems(words);
}

function checkTypes({ access, obligations, accessFile, obligationsFile, schema }: ReadSet): void {
  checkSchema(schema);
  const validation = [
    ...validationProblems(schema, access, accessFile),
    ...validationProblems(schema, obligations, obligationsFile),
  ];
  if (validation.length > 0) throw policyProblems(validation);
}

type Select = (question: ScopeQuestion) => CedarSelection;

function indexed(policies: readonly ReadPolicy[]): Select {
  const index = new ScopeIndex(
    policies.map(({ id, text, json }) => ({ id, text, scope: scopeOf(json), conditional: json.conditions.length > 0 })),
  );
  return (question) => index.select(question);
}

/** Asks Cedar about every policy of the set; the index must give the same answers. */
function everything(policies: readonly ReadPolicy[]): Select {
  const all = { policies: asRecord(policies), allMatch: false };
  return () => all;
}

function bookOf(source: PolicySetSource, read: ReadSet, selector: typeof indexed): DecisionBook {
  const { access, obligations, schema } = read;
  return {
    schema: { text: schema },
    actions: actionAncestors(schema),
    select: { access: selector(access), obligations: selector(obligations) },
    access: new Map(access.map((policy) => [policy.id, toAccessPolicy(policy)])),
    obligations: new Map(obligations.map((policy) => [policy.id, policy.annotations])),
    gates: new Set(gatesOf(access)),
    zone: source.zone ?? 'UTC',
    observe: new Set(source.observe ?? []),
  };
}

/** Facts that policies look at which are about the action. */
function needsOf(
  policies: readonly ReadPolicy[],
  reads: ReadonlyMap<string, PolicyReads>,
  { actions }: DecisionBook,
  action: IntentAction,
): FactsNeeded {
  const self = scopeKey({ type: 'Holdshort::Action', id: action });
  const ancestors = actions.get(action) ?? new Set([self]);
  const concerned = policies.filter(({ json }) => {
    const { entities } = scopeOf(json).action;
    const isMeant = entities === undefined || entities.some((entity) => ancestors.has(entity));
    return isMeant && !leavesOut(json, { self, ancestors });
  });
  const read = concerned.flatMap(({ id }) => reads.get(id) ?? []);
  const needs = (path: string): boolean => read.some((one) => looksAt(one, path));
  return { usage: needs('usage'), taint: needs('session.tainted'), breakGlass: needs('session.breakGlass') };
}

function assemble(source: PolicySetSource, read: ReadSet, selector: typeof indexed): PolicySet {
  const book = bookOf(source, read, selector);
  const policies = [...read.access, ...read.obligations];
  const reads = new Map(policies.map(({ id, json }) => [id, readsOf(json)]));
  const keys = new QuestionKeys(reads);
  const scoped: ScopedPolicy[] = read.access.map((policy) => ({
    effect: toAccessPolicy(policy).effect,
    json: policy.json,
  }));
  const needs = new Map<IntentAction, FactsNeeded>();
  const needsFor = (action: IntentAction): FactsNeeded => {
    const known = needs.get(action) ?? needsOf(policies, reads, book, action);
    needs.set(action, known);
    return known;
  };
  return {
    version: versionOf(source),
    name: source.name,
    schemaHash: schemaHash(read.schema),
    decide: (input: DecisionInput) => decide(book, withRepositorySets(source.repositorySets, input)),
    policies: [...book.access.values()].map(({ id, title, effect, message }) => ({ id, title, effect, message })),
    // What is only observed is not refused, so everything may be offered.
    possibleActions: (who) => (book.observe.size > 0 ? ALL_ACTIONS : possibleActions(scoped, who)),
    needs: needsFor,
    counts: (measure) =>
      [...reads.values()].some(
        (read) => looksAt(read, `usage.session.${measure}`) || looksAt(read, `usage.engineer.${measure}`),
      ),
    questionKey: (input) => questionKey(book, keys, withRepositorySets(source.repositorySets, input)),
  };
}

function load(source: PolicySetSource, selector: typeof indexed, checked?: string): PolicySet {
  const read = readSet(source);
  checkWords(source, read);
  if (checked === undefined || checked !== schemaHash(read.schema)) checkTypes(read);
  return assemble(source, read, selector);
}

/**
 * Reads and checks a set of policies; refuses all that would fail open or could never apply. Its cases are not run.
 * @param checked `PolicySet.schemaHash` of an earlier load of the very same source: Cedar's validator, which takes
 *   1.5 ms per policy, is then asked again only if the schema has changed since
 * @throws PolicyProblemsError, one line per problem with policy id and `line:column`.
 */
export const loadPolicySet = (source: PolicySetSource, checked?: string): PolicySet => load(source, indexed, checked);

/** The same set without its index: slower, and the measure of whether the index leaves anything out. */
export const loadPolicySetUnindexed = (source: PolicySetSource, checked?: string): PolicySet =>
  load(source, everything, checked);
