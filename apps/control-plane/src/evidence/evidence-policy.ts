import { HoldshortError } from '@holdshort/errors';

/** What is written to GitHub: nothing, check runs or statuses of commits, comments of pull requests, or both. */
const WRITINGS = ['off', 'commits', 'pulls', 'all'] as const;
export type Writing = (typeof WRITINGS)[number];

interface EvidenceRule {
  /** Name of a repository set. */
  repositories: string;
  write: Writing;
}

export interface EvidencePolicy {
  default: Writing;
  rules: EvidenceRule[];
}

const isWriting = (value: unknown): value is Writing => WRITINGS.some((writing) => writing === value);

function isRule(value: unknown): value is EvidenceRule {
  if (typeof value !== 'object' || value === null) return false;
  const { repositories, write, ...rest } = value as Record<string, unknown>;
  return typeof repositories === 'string' && isWriting(write) && Object.keys(rest).length === 0;
}

/**
 * @param sets names of the repository sets that there are
 * @throws HoldshortError `request_malformed`: what is misread would tell names where nobody should see them
 */
export function readEvidencePolicy(value: unknown, sets: readonly string[]): EvidencePolicy {
  const { default: fallback = 'off', rules = [], ...rest } = (value ?? {}) as Record<string, unknown>;
  const isWhole = isWriting(fallback) && Array.isArray(rules) && rules.every(isRule) && Object.keys(rest).length === 0;
  if (!isWhole) throw unreadable('HOLDSHORT_EVIDENCE cannot be read.');
  const unknown = rules.find(({ repositories }) => !sets.includes(repositories));
  if (unknown) throw unreadable(`HOLDSHORT_EVIDENCE names the set "${unknown.repositories}", which does not exist.`);
  return { default: fallback, rules };
}

const unreadable = (message: string): HoldshortError =>
  new HoldshortError('request_malformed', message, {
    advice: 'E.g. {"default":"off","rules":[{"repositories":"prod","write":"all"}]}; sets are in HOLDSHORT_REPO_SETS.',
  });

/** The first rule that fits. @param sets that the repository belongs to */
export const writingFor = (policy: EvidencePolicy, sets: readonly string[]): Writing =>
  policy.rules.find(({ repositories }) => sets.includes(repositories))?.write ?? policy.default;

export const writesAnything = ({ default: fallback, rules }: EvidencePolicy): boolean =>
  [fallback, ...rules.map(({ write }) => write)].some((writing) => writing !== 'off');
