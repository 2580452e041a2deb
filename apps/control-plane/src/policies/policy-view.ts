import { starterSet, STARTERS, versionOf, type StarterName, type StarterNames } from '@holdshort/policy';
import type { CheckResult } from './check-policy.js';
import type { PolicyActivationEntity } from './policy-activation.entity.js';
import type { PolicyVersionEntity, StarterOrigin } from './policy-version.entity.js';

type Shown = 'active' | 'retired' | PolicyVersionEntity['state'];

/** `retired` was in force once and is not now. */
const stateOf = (row: PolicyVersionEntity): Shown =>
  row.active ? 'active' : row.activatedAt === null ? row.state : 'retired';

/** The version of the starter set as it is built in now, where that differs from the one that was taken. */
export function newerStarter(origin: StarterOrigin | null): string | null {
  if (!origin) return null;
  const now = versionOf(starterSet(origin.name, origin.names));
  return now === origin.version ? null : now;
}

/** A version without its texts. */
export const policySummary = (row: PolicyVersionEntity) => ({
  version: row.version,
  name: row.name,
  state: stateOf(row),
  note: row.note,
  author: row.author?.login ?? null,
  reviewer: row.reviewer?.login ?? null,
  created_at: row.createdAt.toISOString(),
  reviewed_at: row.reviewedAt?.toISOString() ?? null,
  activated_at: row.activatedAt?.toISOString() ?? null,
  cases: row.source.cases?.length ?? 0,
  starter: row.starter && { name: row.starter.name, version: row.starter.version },
  newer_starter: newerStarter(row.starter),
});

/** The starter sets as they are built in, written for an organisation and its groups. */
export const starterViews = (names: Partial<StarterNames>) =>
  (Object.keys(STARTERS) as StarterName[]).map((name) => {
    const source = starterSet(name, names);
    return { name, about: STARTERS[name], version: versionOf(source), names, source: sourceView({ source }) };
  });

/** The source in the words of the interface. */
export const sourceView = ({ source }: Pick<PolicyVersionEntity, 'source'>) => ({
  access: source.access,
  obligations: source.obligations,
  zone: source.zone ?? 'UTC',
  observe: source.observe ?? [],
  repository_sets: source.repositorySets ?? {},
  cases: source.cases ?? [],
});

export const policyDetail = (row: PolicyVersionEntity) => ({
  ...policySummary(row),
  policies: row.policies,
  source: sourceView(row),
});

/** What a check found, each problem at its place in the text. */
export const checkedView = (found: CheckResult) => ({
  problems: 'problems' in found ? found.problems.map(({ position, ...rest }) => ({ ...rest, ...position })) : [],
  failures: 'problems' in found ? [] : found.failures,
  cases: 'problems' in found ? 0 : found.cases,
  version: 'problems' in found ? null : found.version,
});

export const activationView = (row: PolicyActivationEntity) => ({
  id: row.id,
  version: row.version,
  previous: row.previous,
  reason: row.reason,
  by: row.activatedBy?.login ?? null,
  at: row.at.toISOString(),
});
