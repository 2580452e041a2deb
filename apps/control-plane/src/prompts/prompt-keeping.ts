import { HoldshortError } from '@holdshort/errors';

/** What is kept of prompts and answers, from least to most. */
export const KEEPINGS = ['off', 'digest', 'redacted', 'full'] as const;
export type Keeping = (typeof KEEPINGS)[number];

interface KeepingRule {
  /** Of the engineer; one of them is enough. */
  groups?: string[];
  /** Name of a repository set; the call must say that it is about one of its repositories. */
  repositories?: string;
  keep: Keeping;
}

export interface KeepingPolicy {
  default: Keeping;
  rules: KeepingRule[];
}

const isKeeping = (value: unknown): value is Keeping => KEEPINGS.some((keeping) => keeping === value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

function isRule(value: unknown): value is KeepingRule {
  if (typeof value !== 'object' || value === null) return false;
  const { groups, repositories, keep, ...rest } = value as Record<string, unknown>;
  return (
    isKeeping(keep) &&
    (groups === undefined || isTexts(groups)) &&
    (repositories === undefined || typeof repositories === 'string') &&
    Object.keys(rest).length === 0
  );
}

/** @throws HoldshortError `request_malformed`: what is misread would keep what should not be kept */
export function readKeepingPolicy(value: unknown): KeepingPolicy {
  const { default: fallback = 'digest', rules = [], ...rest } = (value ?? {}) as Record<string, unknown>;
  if (isKeeping(fallback) && Array.isArray(rules) && rules.every(isRule) && Object.keys(rest).length === 0)
    return { default: fallback, rules };
  throw new HoldshortError('request_malformed', 'HOLDSHORT_PROMPT_STORE cannot be read.', {
    advice: 'E.g. {"default":"digest","rules":[{"groups":["eng"],"repositories":"prod","keep":"redacted"}]}',
  });
}

/** The first rule that fits. @param isIn whether the call's repository belongs to the set */
export const keepingFor = (
  policy: KeepingPolicy,
  groups: readonly string[],
  isIn: (repositorySet: string) => boolean,
): Keeping =>
  policy.rules.find(
    (rule) =>
      (rule.groups === undefined || rule.groups.some((group) => groups.includes(group))) &&
      (rule.repositories === undefined || isIn(rule.repositories)),
  )?.keep ?? policy.default;

/** The most that could be kept of anything of these groups: so much the agent must hand over. */
export function mostKept({ default: fallback, rules }: KeepingPolicy, groups: readonly string[]): Keeping {
  const fitting = rules.filter(
    (rule) => rule.groups === undefined || rule.groups.some((group) => groups.includes(group)),
  );
  const all = [fallback, ...fitting.map(({ keep }) => keep)].map((keeping) => KEEPINGS.indexOf(keeping));
  return KEEPINGS[Math.max(...all)] ?? 'digest';
}
