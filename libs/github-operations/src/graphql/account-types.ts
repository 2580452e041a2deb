import { isAuditEntry } from './grave-fields.js';
import { fieldsOf, nodeTypeOf } from './schema-types.js';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** People and organisations, and what may be one of them: entering one, a selection may have gone on to another account. */
const OWNERS = words(`
Actor Assignee AuditEntryActor Bot BranchActorAllowanceActor BypassActor Claimable DeploymentReviewer Enterprise
EnterpriseMember EnterpriseUserAccount IpAllowListOwner Mannequin MemberStatusable Organization OrganizationOrUser
ProfileOwner ProjectV2Actor PushAllowanceActor Reactor RepositoryDiscussionAuthor
RepositoryDiscussionCommentAuthor RepositoryOwner RequestedReviewer ReviewDismissalAllowanceActor Sponsor Sponsorable
SponsorableItem User VerifiableDomainOwner
`);

/** What belongs to an account. */
const OWNED = words(`
AnnouncementBanner AnnouncementBannerI App ContributionCalendar ContributionCalendarDay ContributionCalendarMonth
ContributionCalendarWeek ContributionsCollection CopilotEndpoints Gist GitHubMetadata PinnableItem ProfileItemShowcase
Project ProjectProgress ProjectV2 ProjectV2View ProjectV2Workflow PublicKey RateLimit SocialAccount Team Topic UserList
UserListItems UserListSuggestion UserStatus EnterpriseAdministratorInvitation EnterpriseBillingInfo
EnterpriseIdentityProvider EnterpriseMemberInvitation EnterpriseOwnerInfo EnterpriseRepositoryInfo
EnterpriseServerInstallation EnterpriseServerUserAccount EnterpriseServerUserAccountEmail
EnterpriseServerUserAccountsUpload ExternalIdentity ExternalIdentityAttribute ExternalIdentitySamlAttributes
ExternalIdentityScimAttributes IpAllowListEntry MemberFeatureRequestNotification Migration MigrationSource OIDCProvider
OrganizationIdentityProvider OrganizationInvitation OrganizationMigration RepositoryMigration UserEmailMetadata
UserNamespaceRepository VerifiableDomain
`);

/**
 * Reviewed by hand: types that stand for people, organisations and what belongs to them rather than to one
 * repository. Whatever lies behind them may be of any repository, so that a selection that enters one has
 * left the repository that was named. Types of the schema that stand in no list here are content.
 */
export const ACCOUNT_TYPES: ReadonlySet<string> = new Set([...OWNERS, ...OWNED]);

/** Descriptions without content of their own: they may be read anywhere, and lead nowhere by themselves. */
export const PLAIN_TYPES = words(`
CodeOfConduct FundingLink Language License LicenseRule Node PageInfo PermissionGranter ProjectOwner ProjectV2FieldCommon
ProjectV2FieldConfiguration ProjectV2Field ProjectV2IterationField ProjectV2IterationFieldConfiguration
ProjectV2IterationFieldIteration ProjectV2Owner ProjectV2Recent ProjectV2SingleSelectField
ProjectV2SingleSelectFieldOption ProjectV2SortBy ProjectV2SortByField PackageOwner Repository RepositoryInfo
RepositoryInteractionAbility RepositoryInvitation RepositoryPlanFeatures RepositoryRuleset RepositoryTopic SearchResultItem
Starrable Subscribable UniformResourceLocatable
`);

/** Whether the type belongs to an account; a list of such does not yet, as the edges tell of where the list is. */
export const isOfAccount = (type: string): boolean => ACCOUNT_TYPES.has(type) || isAuditEntry(type);

/** Whether a selection that enters the type may be at another account than before. */
export const isOfOwners = (type: string): boolean => OWNERS.has(type);

/** Whether fields of the type may be read where no repository is named. */
export function isOpenToAccounts(type: string): boolean {
  const node = nodeTypeOf(type);
  return type.endsWith('Payload') || isOfAccount(node) || PLAIN_TYPES.has(node);
}

/** Of a list of content no more than its length, of the default branch no more than its name: as REST shows them. */
const COUNT = words('totalCount');
const NAME = words('name');

/** The only fields that may be read of a type which is content, seen from an account; none where all is refused. */
export function openFieldsOf(parent: string, name: string, result: string): ReadonlySet<string> | undefined {
  if (parent === 'Repository' && name === 'defaultBranchRef') return NAME;
  return result.endsWith('Connection') && fieldsOf(result)?.has('totalCount') === true ? COUNT : undefined;
}
