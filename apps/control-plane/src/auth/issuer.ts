import { HoldshortError } from '@holdshort/errors';
import type { ControlPlaneSettings } from '../settings.js';

/** One identity provider that people sign in with. */
export interface Issuer {
  /** Short name, for `login --issuer` and as prefix of groups. */
  name: string;
  /** The issuer's URL, exactly as its tokens say it. */
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  scopes: string;
  loginClaim: string;
  groupsClaim: string;
  /** Stands before each of its groups; empty for the first issuer, so that no other can vouch for its groups. */
  groupPrefix: string;
}

const FIRST_NAME = 'default';
const NAME = /^[a-z0-9][a-z0-9-]{0,30}$/;

const refuse = (what: string): never => {
  throw new HoldshortError('request_malformed', `HOLDSHORT_OIDC_MORE_ISSUERS: ${what}.`, {
    advice:
      'A JSON list of objects with name, issuer, client_id and, where needed, client_secret; see docs/identity.md.',
  });
};

/** The issuer of the single settings first, then those of the list. @throws HoldshortError where the list is malformed */
export function readIssuers(settings: ControlPlaneSettings): readonly Issuer[] {
  const first: Issuer = {
    name: FIRST_NAME,
    issuer: settings.oidcIssuer,
    clientId: settings.oidcClientId,
    clientSecret: settings.oidcClientSecret?.trim(),
    scopes: settings.oidcScopes,
    loginClaim: settings.oidcLoginClaim,
    groupsClaim: settings.oidcGroupsClaim,
    groupPrefix: '',
  };
  if (!Array.isArray(settings.oidcMoreIssuers)) return refuse('it is no list');
  const issuers = [first, ...settings.oidcMoreIssuers.map((entry: unknown) => readIssuer(entry, first))];
  for (const key of ['name', 'issuer'] as const)
    if (new Set(issuers.map((issuer) => issuer[key])).size !== issuers.length) refuse(`two have the same ${key}`);
  return issuers;
}

const KEYS = ['name', 'issuer', 'client_id', 'client_secret', 'scopes', 'login_claim', 'groups_claim', 'group_prefix'];

function readIssuer(entry: unknown, defaults: Issuer): Issuer {
  if (typeof entry !== 'object' || entry === null) return refuse('an entry is no object');
  const fields = entry as Record<string, unknown>;
  const unknown = Object.keys(fields).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return refuse(`it knows no ${unknown}`);
  const text = (key: string): string | undefined => {
    const value = fields[key];
    return value === undefined || typeof value === 'string' ? value : refuse(`${key} is no text`);
  };
  const name = text('name') ?? '';
  if (!NAME.test(name)) return refuse('an entry has no short lower-case name');
  return {
    name,
    issuer: text('issuer') ?? refuse(`${name} has no issuer`),
    clientId: text('client_id') ?? refuse(`${name} has no client_id`),
    clientSecret: text('client_secret'),
    scopes: text('scopes') ?? defaults.scopes,
    loginClaim: text('login_claim') ?? defaults.loginClaim,
    groupsClaim: text('groups_claim') ?? defaults.groupsClaim,
    groupPrefix: text('group_prefix') ?? `${name}/`,
  };
}
