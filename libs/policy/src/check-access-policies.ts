import { capsOf, type Cap } from './caps.js';
import { entityProblems, wordProblems } from './closed-words.js';
import type { PolicyProblem } from './policy-problem.js';
import type { PolicySource, ReadPolicy } from './read-policies.js';
import { positionAt } from './source-position.js';
import type { GateDemand } from './outcome.js';

/** A policy as listed, and what it means when it decides. */
export interface AccessPolicy {
  id: string;
  title: string;
  effect: 'permit' | 'deny' | 'hold';
  message: string;
  gate?: GateDemand;
  /** Limits whose exceeding is what the policy forbids. */
  caps: Cap[];
}

/** A misspelt annotation must not quietly turn a hold into something else. */
const KNOWN = new Set(['id', 'title', 'effect', 'message', 'gate', 'approvers', 'count', 'exclude', 'expires']);
const EXCLUDABLE = new Set(['owner', 'author']);
const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
/** A gate that stands open for a day without being used is forgotten by those who asked. */
const DEFAULT_EXPIRES = '24h';

/** `90s`, `10m`, `24h`, `7d` as seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^([1-9][0-9]{0,5})([smhd])$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * UNIT_SECONDS[match[2] as keyof typeof UNIT_SECONDS];
}

const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** True when the policy's conditions name the gate: a hold that its own gate cannot lift never ends. */
function namesGate(json: unknown, gate: string): boolean {
  if (typeof json !== 'object' || json === null) return false;
  const entity = json as { type?: unknown; id?: unknown };
  if (entity.type === 'Holdshort::Gate' && entity.id === gate) return true;
  return Object.values(json).some((value) => namesGate(value, gate));
}

/** In a `when` the gate would let the hold begin with the approval instead of ending it. */
const liftedBy = (conditions: ReadPolicy['json']['conditions'], gate: string): boolean =>
  conditions.some(({ kind, body }) => kind === 'unless' && namesGate(body, gate));

function annotationProblems({ annotations, json }: ReadPolicy): string[] {
  const unknown = Object.keys(annotations).filter((name) => !KNOWN.has(name));
  const effect = annotations['effect'];
  return [
    ...unknown.map((name) => `@${name} is not a known annotation.`),
    ...entityProblems(json),
    ...wordProblems(json.conditions),
    ...(json.effect === 'permit' && effect !== undefined ? ['@effect belongs to forbid policies only.'] : []),
    ...(effect !== undefined && effect !== 'hold' && effect !== 'deny' ? ['@effect must be "hold" or "deny".'] : []),
    ...(json.effect === 'forbid' && !annotations['message']
      ? ['A forbid needs @message: say what to do instead.']
      : []),
    ...(effect !== 'hold' && annotations['gate'] ? ['@gate needs @effect("hold").'] : []),
  ];
}

function holdProblems({ annotations, json }: ReadPolicy): string[] {
  if (annotations['effect'] !== 'hold') return [];
  const { gate, approvers, count, exclude, expires } = annotations;
  return [
    ...(gate ? [] : ['A hold needs @gate.']),
    ...(approvers ? [] : ['A hold needs @approvers.']),
    ...(/^[1-9][0-9]?$/.test(count ?? '') ? [] : ['A hold needs @count, from 1 to 99.']),
    ...listOf(exclude)
      .filter((who) => !EXCLUDABLE.has(who))
      .map((who) => `@exclude knows owner and author, not ${who}.`),
    ...(parseDuration(expires ?? DEFAULT_EXPIRES) === undefined
      ? ['@expires must read like 90s, 10m, 24h or 7d.']
      : []),
    ...(gate && !liftedBy(json.conditions, gate)
      ? [`The hold must end with unless { context.gates.contains(Holdshort::Gate::"${gate}") }.`]
      : []),
  ];
}

/** What the annotations of the access set leave out or get wrong; empty when all is well. */
export function accessProblems(policies: readonly ReadPolicy[], { kind, source }: PolicySource): PolicyProblem[] {
  return policies.flatMap((policy) =>
    [...annotationProblems(policy), ...holdProblems(policy)].map((text) => ({
      set: kind,
      policy: policy.id,
      position: positionAt(source, policy.offset),
      text,
    })),
  );
}

function gateDemand({ annotations }: ReadPolicy): GateDemand {
  return {
    name: annotations['gate'] ?? '',
    approvers: annotations['approvers'] ?? '',
    required: Number(annotations['count']),
    // The engineer who runs the session never approves their own call, whatever the policy says.
    exclude: [...new Set(['owner', ...listOf(annotations['exclude'])])],
    expiresSeconds: parseDuration(annotations['expires'] ?? DEFAULT_EXPIRES) ?? 0,
    message: annotations['message'] ?? '',
  };
}

/** Reads a policy whose annotations have been checked. */
export function toAccessPolicy(policy: ReadPolicy): AccessPolicy {
  const { id, annotations, json } = policy;
  const isHold = annotations['effect'] === 'hold';
  const forbid = isHold ? 'hold' : 'deny';
  return {
    id,
    title: annotations['title'] ?? id,
    effect: json.effect === 'permit' ? 'permit' : forbid,
    message: annotations['message'] ?? '',
    caps: capsOf(json),
    ...(isHold ? { gate: gateDemand(policy) } : {}),
  };
}
