import { HoldshortError } from '@holdshort/errors';
import type { JWTPayload } from 'jose';
import type { Person } from './identity.js';
import type { Issuer } from './issuer.js';

export const textClaim = (claims: JWTPayload, name: string): string | undefined => {
  const value = claims[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A login stands in messages, headers of tickets and terminals: no control characters, no line ends. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** @throws HoldshortError `not_authenticated` where the verified token lacks what makes an identity */
export function personOfClaims(claims: JWTPayload, issuer: Issuer): Person {
  const sub = textClaim(claims, 'sub');
  const idp = textClaim(claims, 'iss');
  if (sub === undefined || idp === undefined)
    throw new HoldshortError('not_authenticated', 'The identity has no subject.');
  const login = textClaim(claims, issuer.loginClaim) ?? sub;
  const email = textClaim(claims, 'email') ?? '';
  if ([sub, login, email].some((text) => UNPRINTABLE.test(text)))
    throw new HoldshortError('not_authenticated', 'The identity has a name that cannot be shown.');
  return { sub, idp, login, email, groups: groupsOf(claims, issuer) };
}

function groupsOf(claims: JWTPayload, { groupsClaim, groupPrefix }: Issuer): string[] {
  const groups: unknown = claims[groupsClaim];
  if (!Array.isArray(groups)) return [];
  const names = groups.filter((group): group is string => typeof group === 'string' && group !== '');
  return [...new Set(names.map((group) => `${groupPrefix}${group}`))];
}
