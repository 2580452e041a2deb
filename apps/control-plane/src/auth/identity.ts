/** The roles of people at the control plane; rights over GitHub come from groups by policy instead. */
export const ROLES = ['engineer', 'approver', 'auditor', 'policy_editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who somebody is: the issuer that vouched for them, and its name for them. */
export interface PersonKey {
  idp: string;
  sub: string;
}

/** A person, as the identity provider vouched for them, or a workload, as a trust rule knows it. */
export interface Identity extends PersonKey {
  login: string;
  email: string;
  groups: string[];
  roles: ReadonlySet<Role>;
  /** Set: no person, but a job or a pod that may open sessions and nothing else. */
  workload?: WorkloadGrant;
}

/** What a trust rule lets a workload do. */
export interface WorkloadGrant {
  /** The only assistant that its sessions may name; any where absent. */
  assistant?: string;
  /** Longest life of its sessions. */
  sessionSeconds: number;
}

/** What an identity provider says of a person; what roles they have is ours to say. */
export type Person = Omit<Identity, 'roles' | 'workload'>;

export const isSamePerson = (a: PersonKey, b: PersonKey): boolean => a.idp === b.idp && a.sub === b.sub;

export const hasAnyRole = (identity: Identity, ...roles: Role[]): boolean =>
  roles.some((role) => identity.roles.has(role));

/** A person as answers show them. */
export const humanOf = (identity: Person) => ({
  sub: identity.sub,
  login: identity.login,
  email: identity.email,
  idp: identity.idp,
  groups: identity.groups,
});
