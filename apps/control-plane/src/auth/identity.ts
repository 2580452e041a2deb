/** The roles of people at the control plane; rights over GitHub come from groups by policy instead. */
export const ROLES = ['engineer', 'approver', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** A person, as the identity provider vouched for them. */
export interface Identity {
  sub: string;
  login: string;
  email: string;
  idp: string;
  groups: string[];
  roles: ReadonlySet<Role>;
}

export const isSamePerson = (a: Pick<Identity, 'idp' | 'sub'>, b: Pick<Identity, 'idp' | 'sub'>): boolean =>
  a.idp === b.idp && a.sub === b.sub;

export const hasAnyRole = (identity: Identity, ...roles: Role[]): boolean =>
  roles.some((role) => identity.roles.has(role));

/** A person as answers show them. */
export const humanOf = (identity: Identity) => ({
  sub: identity.sub,
  login: identity.login,
  email: identity.email,
  idp: identity.idp,
  groups: identity.groups,
});
