import type { PolicyDetail } from '@holdshort/api-client';

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
