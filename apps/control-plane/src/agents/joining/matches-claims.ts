import { matchesGlob } from '../../matches-glob.js';
import type { ClaimRule } from './join-rules.js';

/** Whether the claims are all as the rule wants them; one of several values is enough, a missing claim never is. */
export function matchesClaims(wanted: ClaimRule, claims: unknown): boolean {
  if (typeof claims !== 'object' || claims === null) return false;
  return Object.entries(wanted).every(([name, pattern]) => {
    const value: unknown = Object.hasOwn(claims, name) ? (claims as Record<string, unknown>)[name] : undefined;
    if (typeof pattern !== 'string') return matchesClaims(pattern, value);
    return (Array.isArray(value) ? value : [value]).some((one) => isScalar(one) && matchesGlob(pattern, String(one)));
  });
}

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
