import type { PolicyDetail, PolicyStarter, SavePolicyBody } from '@holdshort/api-client';

export interface Draft {
  name: string;
  note: string;
  zone: string;
  access: string;
  obligations: string;
  observe: readonly string[];
  repository_sets: Record<string, string[]>;
  /** As JSON text. */
  cases: string;
  /** The starter set that it began with, so that a newer one of it is told. */
  starter?: SavePolicyBody['starter'];
  starter_version?: string;
  starter_names?: Record<string, string>;
}

const STARTERS = ['observe-only', 'balanced', 'strict'] as const satisfies SavePolicyBody['starter'][];

/** A starter set as a draft. */
export function draftOfStarter(starter: PolicyStarter): Draft {
  const name = STARTERS.find((known) => known === starter.name);
  const origin = name && { starter: name, starter_version: starter.version, starter_names: starter.names };
  return { ...draftOf(starter), note: `from the starter set ${starter.name}`, ...origin };
}

/** Everything of a version, to change a part of it. */
export function draftOf({ name, source }: Pick<PolicyDetail, 'name' | 'source'>): Draft {
  const { access, obligations, zone, observe, repository_sets: sets, cases } = source;
  return {
    ...{ name, note: '', zone, access, obligations, observe },
    repository_sets: sets,
    cases: JSON.stringify(cases, null, 2),
  };
}

/** @returns an error that says what to write instead */
export function readCases(text: string): object[] | Error {
  let value: unknown;
  try {
    value = text.trim() === '' ? [] : JSON.parse(text);
  } catch (error) {
    return new Error(`The cases are not JSON: ${(error as Error).message}`);
  }
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'object' && entry !== null);
  return isList ? (value as object[]) : new Error('The cases must be a JSON list of objects; see docs/policy.md.');
}
