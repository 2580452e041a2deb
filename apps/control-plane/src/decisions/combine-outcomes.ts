import type { ReasonCode } from '@holdshort/errors';
import { stricterKind, type Cap, type GateDemand, type Obligations, type PolicyOutcome } from '@holdshort/policy';

/** What policy says of a whole operation: the strictest of what it says of each intent. */
export interface Verdict {
  effect: 'allow' | 'deny' | 'hold';
  policies: string[];
  reasons: ReasonCode[];
  message: string;
  obligations: Obligations;
  gates: GateDemand[];
  /** Limits that are used up, where nothing but limits stands in the way. */
  caps: Cap[];
  /** What the call would have been, had the policy been in force where it only observes. */
  observed?: 'deny' | 'hold';
}

const unique = <T>(list: readonly T[]): T[] => [...new Set(list)];

const NO_OBLIGATIONS: Obligations = { maskFields: [], maskDetectors: [] };

/** Any deny denies, else any hold holds; no outcome at all denies. */
export function combineOutcomes(outcomes: readonly PolicyOutcome[]): Verdict {
  const effect =
    (['deny', 'hold', 'allow'] as const).find((kind) => outcomes.some((outcome) => outcome.effect === kind)) ?? 'deny';
  const speaking = outcomes.filter((outcome) => outcome.effect === effect);
  return {
    effect,
    policies: unique(speaking.flatMap((outcome) => outcome.policies)),
    reasons: unique(speaking.flatMap((outcome) => outcome.reasons)),
    message: unique(speaking.map((outcome) => outcome.message)).join(' '),
    obligations: mergeObligations(speaking),
    gates: mergeGates(speaking),
    caps: mergeCaps(speaking),
    ...observedOf(speaking),
  };
}

/** One refusal that does not pass with time makes waiting useless. */
function mergeCaps(outcomes: readonly PolicyOutcome[]): Cap[] {
  const caps = outcomes.map((outcome) => (outcome.effect === 'deny' ? (outcome.caps ?? []) : []));
  return caps.every((list) => list.length > 0) ? caps.flat() : [];
}

function observedOf(outcomes: readonly PolicyOutcome[]): Pick<Verdict, 'observed'> {
  const all = outcomes.map((outcome) => (outcome.effect === 'allow' ? outcome.observed : undefined));
  const observed = (['deny', 'hold'] as const).find((effect) => all.includes(effect));
  return observed === undefined ? {} : { observed };
}

function mergeObligations(outcomes: readonly PolicyOutcome[]): Obligations {
  const all = outcomes.flatMap((outcome) => (outcome.effect === 'allow' ? [outcome.obligations] : []));
  if (all.length === 0) return NO_OBLIGATIONS;
  const ttl = Math.min(...all.map((entry) => entry.tokenTtlSeconds ?? Infinity));
  const permissions = mergePermissions(all);
  const kinds = all.flatMap(({ leaseKind }) => leaseKind ?? []);
  return {
    maskFields: unique(all.flatMap((entry) => entry.maskFields)),
    maskDetectors: unique(all.flatMap((entry) => entry.maskDetectors)),
    ...(ttl === Infinity ? {} : { tokenTtlSeconds: ttl }),
    ...(permissions === undefined ? {} : { tokenPermissions: permissions }),
    ...(kinds.length === 0 ? {} : { leaseKind: kinds.reduce(stricterKind) }),
    cacheableSeconds: Math.min(...all.map((entry) => entry.cacheableSeconds ?? 0)),
  };
}

/** What all that set a limit agree on. */
function mergePermissions(all: readonly Obligations[]): Obligations['tokenPermissions'] {
  const limits = all.flatMap((entry) => (entry.tokenPermissions ? [entry.tokenPermissions] : []));
  return limits.length === 0 ? undefined : limits.reduce(intersect);
}

function intersect(
  a: Record<string, 'read' | 'write'>,
  b: Record<string, 'read' | 'write'>,
): Record<string, 'read' | 'write'> {
  const shared = Object.entries(a).filter(([name]) => Object.hasOwn(b, name));
  return Object.fromEntries(
    shared.map(([name, level]) => [name, level === 'write' && b[name] === 'write' ? 'write' : 'read']),
  );
}

/** One gate asked for twice asks for the stricter of both. */
function mergeGates(outcomes: readonly PolicyOutcome[]): GateDemand[] {
  const gates = new Map<string, GateDemand>();
  for (const gate of outcomes.flatMap((outcome) => (outcome.effect === 'hold' ? outcome.gates : []))) {
    const key = JSON.stringify([gate.name, gate.approvers]);
    const known = gates.get(key);
    gates.set(key, known ? stricter(known, gate) : gate);
  }
  return [...gates.values()];
}

const stricter = (a: GateDemand, b: GateDemand): GateDemand => ({
  ...a,
  required: Math.max(a.required, b.required),
  exclude: unique([...a.exclude, ...b.exclude]),
  expiresSeconds: Math.min(a.expiresSeconds, b.expiresSeconds),
});
