import { orderedKeys } from './ordered-keys.js';
import type { PolicySetSource } from './policy-set-source.js';
import { readPolicies } from './read-policies.js';

export interface Difference {
  /** Id of the policy, name of the setting or case. */
  id: string;
  before: string | null;
  after: string | null;
}

export interface PolicySetDiff {
  access: Difference[];
  obligations: Difference[];
  settings: Difference[];
  cases: Difference[];
}

type Texts = ReadonlyMap<string, string>;

function differences(before: Texts, after: Texts): Difference[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort();
  return ids
    .map((id) => ({ id, before: before.get(id) ?? null, after: after.get(id) ?? null }))
    .filter((entry) => entry.before !== entry.after);
}

const policiesOf = (kind: 'access' | 'obligations', source: string): Texts =>
  new Map(readPolicies({ kind, source }).map(({ id, text }) => [id, text]));

const settingsOf = ({ zone = 'UTC', observe = [], repositorySets = {} }: PolicySetSource): Texts =>
  new Map([
    ['zone', zone],
    ['observe', [...observe].sort().join(', ')],
    ...Object.entries(repositorySets).map(([name, members]): [string, string] => [
      `repository_sets.${name}`,
      [...members].sort().join(', '),
    ]),
  ]);

const casesOf = ({ cases = [] }: PolicySetSource): Texts =>
  new Map(cases.map((one) => [one.name, JSON.stringify(orderedKeys(one))]));

/** What changes from one set to another; comments and order do not count. @throws PolicyProblemsError for unreadable text */
export function diffPolicySets(before: PolicySetSource, after: PolicySetSource): PolicySetDiff {
  const policies = (kind: 'access' | 'obligations'): Difference[] =>
    differences(policiesOf(kind, before[kind]), policiesOf(kind, after[kind]));
  return {
    access: policies('access'),
    obligations: policies('obligations'),
    settings: differences(settingsOf(before), settingsOf(after)),
    cases: differences(casesOf(before), casesOf(after)),
  };
}
