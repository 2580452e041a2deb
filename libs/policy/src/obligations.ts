import { DETECTORS, isDetector } from '@holdshort/secret-scan';
import type { LeaseKind, Obligations } from './outcome.js';
import type { PolicyProblem } from './policy-problem.js';
import type { PolicySource, ReadPolicy } from './read-policies.js';
import { positionAt } from './source-position.js';

type Annotations = Record<string, string>;
type Permissions = Record<string, 'read' | 'write'>;

const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const isWhole = (text: string | undefined): boolean => /^[1-9][0-9]{0,5}$/.test(text ?? '');
/** From the least strict to the strictest. */
const LEASE_KINDS = ['user_or_installation', 'user'] as const satisfies readonly LeaseKind[];
const isLeaseKind = (text: string | undefined): text is LeaseKind => LEASE_KINDS.some((kind) => kind === text);

/** Of two demands the stricter; what is no kind was refused when the set was loaded. */
export const stricterKind = (a: LeaseKind | undefined, b: LeaseKind): LeaseKind => (a === 'user' ? a : b);

const isPermission = (text: string): boolean => /^[a-z_]+:(read|write)$/.test(text);

/** Per kind of obligation: what its annotations must look like. */
const RULES: Record<string, { allowed: string[]; check: (annotations: Annotations) => boolean; expected: string }> = {
  mask: {
    allowed: ['fields', 'detectors'],
    check: (a) =>
      listOf(a['fields']).length + listOf(a['detectors']).length > 0 && listOf(a['detectors']).every(isDetector),
    expected: `@fields, or @detectors of ${DETECTORS.join(', ')} or ids of single rules,`,
  },
  token: {
    allowed: ['ttl', 'permissions'],
    check: (a) => isWhole(a['ttl']) && (a['permissions'] === undefined || listOf(a['permissions']).every(isPermission)),
    expected: '@ttl in seconds, and @permissions like "contents:read,metadata:read"',
  },
  lease_kind: {
    allowed: ['kind'],
    check: (a) => isLeaseKind(a['kind']),
    expected: `@kind, one of ${LEASE_KINDS.join(', ')}`,
  },
  cache: { allowed: ['seconds'], check: (a) => isWhole(a['seconds']), expected: '@seconds' },
};

function problemTexts({ json, annotations }: ReadPolicy): string[] {
  const rule = RULES[annotations['obligation'] ?? ''];
  if (json.effect !== 'permit') return ['The obligations set holds permit policies only.'];
  if (!rule) return [`@obligation must be one of ${Object.keys(RULES).join(', ')}.`];
  const unknown = Object.keys(annotations).filter(
    (name) => !['id', 'title', 'obligation', ...rule.allowed].includes(name),
  );
  return [
    ...unknown.map((name) => `@${name} is not known for this obligation.`),
    ...(rule.check(annotations) ? [] : [`This obligation needs ${rule.expected}.`]),
  ];
}

/** What is wrong with the annotations of the obligations set. */
export const obligationProblems = (policies: readonly ReadPolicy[], { kind, source }: PolicySource): PolicyProblem[] =>
  policies.flatMap((policy) =>
    problemTexts(policy).map((text) => ({
      set: kind,
      policy: policy.id,
      position: positionAt(source, policy.offset),
      text,
    })),
  );

const permissionsOf = (text: string): Permissions =>
  Object.fromEntries(listOf(text).map((entry) => entry.split(':') as [string, 'read' | 'write']));

/** What both grant; read where either grants only read. */
function intersect(a: Permissions | undefined, b: Permissions): Permissions {
  if (!a) return b;
  const shared = Object.keys(a).filter((name) => Object.hasOwn(b, name));
  return Object.fromEntries(
    shared.map((name) => [name, a[name] === 'write' && b[name] === 'write' ? 'write' : 'read']),
  );
}

const smaller = (a: number | undefined, b: string | undefined): number => Math.min(a ?? Infinity, Number(b));

function apply(out: Obligations, annotations: Annotations): Obligations {
  switch (annotations['obligation']) {
    case 'mask':
      return {
        ...out,
        maskFields: [...new Set([...out.maskFields, ...listOf(annotations['fields'])])],
        maskDetectors: [...new Set([...out.maskDetectors, ...listOf(annotations['detectors'])])],
      };
    case 'token': {
      const { ttl, permissions } = annotations;
      const narrowed =
        permissions === undefined ? out.tokenPermissions : intersect(out.tokenPermissions, permissionsOf(permissions));
      return {
        ...out,
        tokenTtlSeconds: smaller(out.tokenTtlSeconds, ttl),
        ...(narrowed ? { tokenPermissions: narrowed } : {}),
      };
    }
    case 'lease_kind': {
      const { kind } = annotations;
      return { ...out, leaseKind: isLeaseKind(kind) ? stricterKind(out.leaseKind, kind) : 'user' };
    }
    default:
      return { ...out, cacheableSeconds: smaller(out.cacheableSeconds, annotations['seconds']) };
  }
}

/** All obligations that match, each narrowing the ones before: the strictest of every kind remains. */
export const mergeObligations = (matches: readonly Annotations[]): Obligations =>
  matches.reduce(apply, { maskFields: [], maskDetectors: [] });
