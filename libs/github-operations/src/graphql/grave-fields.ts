import type { IntentAction } from '../operation.js';
import { nodeTypeOf } from './schema-types.js';

type Reviewed = Readonly<Record<string, readonly [action: IntentAction, why: string]>>;

const OWN_ADMINS = 'shown to administrators of the organisation or enterprise only';
const LETS_PAST = 'says who gets past a protection';
const INVITES = 'e-mail addresses of the invited and the rights that wait for them';
const ALERTS = 'an open weakness and where it is';
const IDENTITIES = 'ties accounts to people of an identity provider';
const MOVES = 'links to archives of whole repositories, as migrations/orgs of REST';

/**
 * Reviewed by hand: types of the schema that hold what REST counts as administration or security, so that
 * a policy about `admin.read` or `security.read` means GraphQL too. Audit entries are known by their name.
 */
export const GRAVE_TYPES: Reviewed = {
  BypassForcePushAllowance: ['admin.read', LETS_PAST],
  BypassPullRequestAllowance: ['admin.read', LETS_PAST],
  PushAllowance: ['admin.read', LETS_PAST],
  ReviewDismissalAllowance: ['admin.read', LETS_PAST],
  RepositoryRulesetBypassActor: ['admin.read', LETS_PAST],
  DeployKey: ['admin.read', 'deploy-keys of REST'],
  PermissionSource: ['admin.read', 'how each collaborator came by a permission'],
  RepositoryInteractionAbility: ['admin.read', 'interactions of REST'],
  RepositoryInvitation: ['admin.read', INVITES],
  RepositoryVulnerabilityAlert: ['security.read', ALERTS],
  DependabotUpdate: ['security.read', ALERTS],
  DependabotUpdateError: ['security.read', ALERTS],
  EnterpriseAdministratorInvitation: ['admin.read', INVITES],
  EnterpriseBillingInfo: ['admin.read', OWN_ADMINS],
  EnterpriseIdentityProvider: ['admin.read', IDENTITIES],
  EnterpriseMemberInvitation: ['admin.read', INVITES],
  EnterpriseOwnerInfo: ['admin.read', OWN_ADMINS],
  EnterpriseRepositoryInfo: ['admin.read', OWN_ADMINS],
  EnterpriseServerInstallation: ['admin.read', OWN_ADMINS],
  EnterpriseServerUserAccount: ['admin.read', OWN_ADMINS],
  EnterpriseServerUserAccountEmail: ['admin.read', OWN_ADMINS],
  EnterpriseServerUserAccountsUpload: ['admin.read', OWN_ADMINS],
  ExternalIdentity: ['admin.read', IDENTITIES],
  ExternalIdentityAttribute: ['admin.read', IDENTITIES],
  ExternalIdentitySamlAttributes: ['admin.read', IDENTITIES],
  ExternalIdentityScimAttributes: ['admin.read', IDENTITIES],
  IpAllowListEntry: ['admin.read', OWN_ADMINS],
  MemberFeatureRequestNotification: ['admin.read', OWN_ADMINS],
  Migration: ['admin.read', MOVES],
  MigrationSource: ['admin.read', MOVES],
  OIDCProvider: ['admin.read', IDENTITIES],
  OrganizationIdentityProvider: ['admin.read', IDENTITIES],
  OrganizationInvitation: ['admin.read', INVITES],
  OrganizationMigration: ['admin.read', MOVES],
  RepositoryMigration: ['admin.read', MOVES],
  UserEmailMetadata: ['admin.read', IDENTITIES],
  UserNamespaceRepository: ['admin.read', 'private repositories of members, shown to the owners of the enterprise'],
  VerifiableDomain: ['admin.read', OWN_ADMINS],
};

/** Grave fields of types that are not: `Type.field`, whatever the alias. */
export const GRAVE_FIELDS: Reviewed = {
  'Repository.tempCloneToken': ['secret.read', 'a credential that clones the repository'],
  'EnterpriseIdentityProvider.recoveryCodes': ['secret.read', 'codes that sign in past the identity provider'],
  'VerifiableDomain.verificationToken': ['secret.read', 'proves the ownership of a domain'],
  'RegenerateVerifiableDomainTokenPayload.verificationToken': ['secret.read', 'proves the ownership of a domain'],
  // `Ref.branchProtectionRule` stays a read: gh shows with each pull request how many reviews it needs.
  'Repository.branchProtectionRules': ['admin.read', 'branches/branch-protection of REST'],
  'Organization.ruleset': ['admin.read', 'orgs/rules of REST'],
  'Organization.rulesets': ['admin.read', 'orgs/rules of REST'],
  'Enterprise.ruleset': ['admin.read', 'orgs/rules of REST'],
  'Enterprise.rulesets': ['admin.read', 'orgs/rules of REST'],
  'Enterprise.billingEmail': ['admin.read', OWN_ADMINS],
  'Enterprise.members': ['admin.read', OWN_ADMINS],
  'Organization.enterpriseOwners': ['admin.read', OWN_ADMINS],
  'Organization.ipAllowListEnabledSetting': ['admin.read', OWN_ADMINS],
  'Organization.ipAllowListForInstalledAppsEnabledSetting': ['admin.read', OWN_ADMINS],
  'Organization.membersCanForkPrivateRepositories': ['admin.read', OWN_ADMINS],
  'Organization.notificationDeliveryRestrictionEnabledSetting': ['admin.read', OWN_ADMINS],
  'Organization.organizationBillingEmail': ['admin.read', OWN_ADMINS],
  'Organization.pendingMembers': ['admin.read', INVITES],
  'Organization.requiresTwoFactorAuthentication': ['admin.read', OWN_ADMINS],
  'OrganizationMemberEdge.hasTwoFactorEnabled': ['admin.read', 'says whose account is weakly protected'],
  'User.organizationVerifiedDomainEmails': ['admin.read', 'e-mail addresses that members do not publish'],
};

/** Entries and what is in them, not their lists. */
export const isAuditEntry = (type: string): boolean =>
  type.includes('AuditEntry') && type !== 'AuditEntryActor' && !/(Connection|Edge)$/.test(type);

/** Indexes of the two lists: they are asked for every field of every document. */
const BY_TYPE: ReadonlyMap<string, IntentAction> = new Map(
  Object.entries(GRAVE_TYPES).map(([type, [action]]) => [type, action]),
);
const BY_PARENT = new Map<string, Map<string, IntentAction>>();
for (const [field, [action]] of Object.entries(GRAVE_FIELDS)) {
  const [parent = '', name = ''] = field.split('.');
  BY_PARENT.set(parent, (BY_PARENT.get(parent) ?? new Map<string, IntentAction>()).set(name, action));
}

const actionOfType = (type: string): IntentAction | undefined =>
  BY_TYPE.get(type) ?? (isAuditEntry(type) ? 'admin.read' : undefined);

const PLAIN: readonly IntentAction[] = Object.freeze([]);

/** What reading a field of `parent`, leading to `result`, is besides a plain read. */
export function graveActions(parent: string, name: string, result: string): readonly IntentAction[] {
  const own = BY_PARENT.get(parent)?.get(name);
  const around = actionOfType(parent);
  const reached = result === '' ? undefined : actionOfType(nodeTypeOf(result));
  if (own === undefined && around === undefined && reached === undefined) return PLAIN;
  return [own, around, reached].filter((action) => action !== undefined);
}
