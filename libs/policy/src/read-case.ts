import { INTENTS } from '@holdshort/github-operations';
import { isPlainRepositoryName } from './place-names.js';
import type { PolicyCase } from './policy-case.js';
import { USAGE_MEASURES } from './usage.js';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isTexts: Check = (value) => Array.isArray(value) && value.every((entry) => typeof entry === 'string');
const isFlag: Check = (value) => typeof value === 'boolean';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.some((word) => word === value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const recordOf =
  (fields: Record<string, Check>): Check =>
  (value) =>
    isRecord(value) && Object.entries(value).every(([name, entry]) => fields[name]?.(entry) ?? false);

const isUsage = recordOf(Object.fromEntries(USAGE_MEASURES.map((measure) => [measure, isCount])));

const FIELDS: Record<keyof PolicyCase, Check> = {
  name: isText,
  kind: oneOf('assistant', 'human', 'workload'),
  login: isText,
  groups: isTexts,
  tool: isText,
  action: oneOf(...Object.keys(INTENTS)),
  surface: oneOf('git', 'lfs', 'rest', 'graphql', 'mcp', 'copilot', 'download', 'upload'),
  repository: (value) => typeof value === 'string' && isPlainRepositoryName(value),
  owner: isText,
  visibility: oneOf('public', 'private', 'internal'),
  default_branch: isText,
  protected_refs: isTexts,
  sets: isTexts,
  archived: isFlag,
  ref: (value) => typeof value === 'string' && value.startsWith('refs/'),
  paths: isTexts,
  path_classes: isTexts,
  commits: isCount,
  bytes: isCount,
  findings: isTexts,
  tainted: isFlag,
  break_glass: isFlag,
  usage: recordOf({ session: isUsage, engineer: isUsage }),
  at: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  gates: isTexts,
  expect: (value) =>
    recordOf({ effect: oneOf('allow', 'deny', 'hold'), policies: isTexts, observed: oneOf('deny', 'hold') })(value) &&
    isRecord(value) &&
    value['effect'] !== undefined,
};

const REQUIRED = ['name', 'action', 'expect'] as const satisfies readonly (keyof PolicyCase)[];
const isField = (name: string): name is keyof PolicyCase => Object.hasOwn(FIELDS, name);

/** Reads one case. A field that is not known is refused: misspelt, it would quietly test something else. */
export function readCase(value: unknown): { case: PolicyCase } | { problems: string[] } {
  if (!isRecord(value)) return { problems: ['A case is an object with name, action and expect.'] };
  const problems = [
    ...REQUIRED.filter((name) => !(name in value)).map((name) => `The case has no ${name}.`),
    ...Object.entries(value).flatMap(([name, entry]) => {
      if (!isField(name)) return [`A case has no field ${name}.`];
      return FIELDS[name](entry) ? [] : [`${name} has a value that a case cannot have.`];
    }),
  ];
  // Each field was checked against the table above, which the compiler keeps complete.
  return problems.length > 0 ? { problems } : { case: value as unknown as PolicyCase };
}

/** Reads a list of cases. Names must differ: they are how a failure is told. */
export function readCases(value: unknown): { cases: PolicyCase[]; problems: { name: string; text: string }[] } {
  if (!Array.isArray(value)) return { cases: [], problems: [{ name: 'cases', text: 'Cases are a list.' }] };
  const read = value.map((entry, n) => ({ name: nameOf(entry, n), ...readCase(entry) }));
  const cases = read.flatMap((entry) => ('case' in entry ? [entry.case] : []));
  const repeated = cases.filter((one, n) => cases.findIndex(({ name }) => name === one.name) !== n);
  return {
    cases,
    problems: [
      ...read.flatMap((entry) =>
        'problems' in entry ? entry.problems.map((text) => ({ name: entry.name, text })) : [],
      ),
      ...repeated.map(({ name }) => ({ name, text: 'The name is used twice.' })),
    ],
  };
}

const nameOf = (value: unknown, position: number): string =>
  isRecord(value) && typeof value['name'] === 'string' ? value['name'] : `case ${position + 1}`;
