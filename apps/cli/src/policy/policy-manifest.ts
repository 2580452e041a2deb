import type { PolicySetSource, StarterName, StarterNames } from '@holdshort/policy';
import type { FolderProblem } from './policy-folder.js';

/** What `policy.json` says. */
export interface PolicyManifest extends Pick<PolicySetSource, 'name' | 'zone' | 'observe' | 'repositorySets'> {
  starter?: { name: StarterName; version: string; names: Partial<StarterNames> };
}

/** Of the folder's form; raised when an older CLI would misread it. */
export const SCHEMA_VERSION = 1;

const STARTER_NAMES: readonly StarterName[] = ['observe-only', 'balanced', 'strict'];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

const CHECKS: Record<string, (value: unknown) => boolean> = {
  schema_version: (value) => value === SCHEMA_VERSION,
  name: isText,
  zone: isText,
  observe: isTexts,
  repository_sets: (value) => isRecord(value) && Object.values(value).every(isTexts),
  starter: (value) =>
    isRecord(value) &&
    STARTER_NAMES.some((name) => name === value['name']) &&
    isText(value['version']) &&
    (value['names'] === undefined || (isRecord(value['names']) && Object.values(value['names']).every(isText))),
};

const EXPECTED: Record<string, string> = {
  schema_version: `${SCHEMA_VERSION}; this release reads no other`,
  name: 'a text',
  zone: 'an IANA time zone such as "Europe/Zurich"',
  observe: 'a list of repository sets',
  repository_sets: 'lists of "owner/name" by set',
  starter: 'the origin that `holdshort policy init` wrote',
};

function problemsOf(value: Record<string, unknown>, lineOf: (key: string) => number, file: string): FolderProblem[] {
  const required = ['schema_version', 'name'].filter((key) => !(key in value));
  return [
    ...required.map((key) => ({ file, line: 1, text: `${key} is missing.` })),
    ...Object.entries(value).flatMap(([key, entry]) => {
      const check = CHECKS[key];
      if (!check) return [{ file, line: lineOf(key), text: `${key} is not known here.` }];
      return check(entry) ? [] : [{ file, line: lineOf(key), text: `${key} must be ${EXPECTED[key] ?? 'otherwise'}.` }];
    }),
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // reported by the caller as a file that is no object
  }
}

/** Reads `policy.json`; what is not known is a problem, since misspelt it would be left out in silence. */
export function readManifest(text: string, file: string): { manifest: PolicyManifest; problems: FolderProblem[] } {
  const value = parse(text);
  if (!isRecord(value))
    return { manifest: { name: 'policy' }, problems: [{ file, line: 1, text: 'This is no JSON object.' }] };
  const lineOf = (key: string): number => text.slice(0, Math.max(0, text.indexOf(`"${key}"`))).split('\n').length;
  const problems = problemsOf(value, lineOf, file);
  if (problems.length > 0) return { manifest: { name: 'policy' }, problems };
  const {
    name,
    zone,
    observe,
    repository_sets: repositorySets,
    starter,
  } = value as unknown as {
    name: string;
    zone?: string;
    observe?: string[];
    repository_sets?: Record<string, string[]>;
    starter?: { name: StarterName; version: string; names?: Partial<StarterNames> };
  };
  return {
    manifest: {
      name,
      ...(zone === undefined ? {} : { zone }),
      ...(observe === undefined ? {} : { observe }),
      ...(repositorySets === undefined ? {} : { repositorySets }),
      ...(starter === undefined ? {} : { starter: { ...starter, names: starter.names ?? {} } }),
    },
    problems: [],
  };
}
