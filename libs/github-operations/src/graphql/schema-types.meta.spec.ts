import { createHash } from 'node:crypto';
import { ACCOUNT_TYPES, PLAIN_TYPES } from './account-types.js';
import { GRAVE_FIELDS, GRAVE_TYPES, isAuditEntry } from './grave-fields.js';
import { fieldsOf, nodeTypeOf, schemaTypes } from './schema-types.js';

const TYPES = schemaTypes();
const fields = (type: string): [name: string, result: string][] => [...(fieldsOf(type) ?? [])];
/** Types whose fields were read one by one for what they show: all that can be reached outside a named repository. */
const REVIEWED = [
  ...new Set([...ACCOUNT_TYPES, ...PLAIN_TYPES, ...Object.keys(GRAVE_TYPES), 'BranchProtectionRule', 'Query']),
].sort();

/** Words that stand for secrets, protection or administration. */
const SUSPECT =
  /secret|token|recovery|deployKey|audit|ipAllow|saml|scim|oidc|identit|billing|vulnerab|dependabot|twoFactor|email|invitation|migration|permissionSource|bypass|allowance|webhook|password|verifiable|pendingMember/i;

/** Types with such a word in a field's name that is harmless, and why. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  'how a comment came': [
    ...'Comment CommitComment Discussion DiscussionComment GistComment Issue IssueComment PullRequest PullRequestReview'.split(
      ' ',
    ),
    ...'PullRequestReviewComment TeamDiscussion TeamDiscussionComment'.split(' '),
  ].map((type) => `${type}.createdViaEmail`),
  'in the commit itself': [
    ...['GitActor', 'GitSignature', 'GpgSignature', 'SmimeSignature', 'SshSignature', 'UnknownSignature'].map(
      (type) => `${type}.email`,
    ),
    'AutoMergeRequest.authorEmail',
    'Repository.viewerDefaultCommitEmail',
    'Repository.viewerPossibleCommitEmails',
  ],
  'published by their owner': [
    ...['Mannequin', 'Organization', 'ProfileOwner', 'User'].map((type) => `${type}.email`),
    'MarketplaceListing.supportEmail',
    'User.canReceiveOrganizationEmailsWhenNotificationsRestricted',
  ],
  'addresses of GitHub, in its documentation too': ['GitHubMetadata.isPasswordAuthenticationVerifiable'],
  'advisories of the public database': [
    'SecurityAdvisory.vulnerabilities',
    'SecurityVulnerability.vulnerableVersionRange',
  ],
  'whether the repository has a feature': ['Repository.hasVulnerabilityAlertsEnabled'],
  'content: refused outside a named repository, and of no repository': [
    'SponsorsListing.billingCountryOrRegion',
    'SponsorsListing.contactEmailAddress',
    'Sponsorship.isSponsorOptedIntoEmail',
    'StripeConnectAccount.billingCountryOrRegion',
  ],
  'query roots that are refused': fields('Query')
    .map(([name]) => `Query.${name}`)
    .filter((field) => SUSPECT.test(field)),
};

const DIGESTS = `
Actor=485cf2 AnnouncementBanner=594dc1 AnnouncementBannerI=a3863c App=517786 Assignee=4f53cd AuditEntryActor=4f53cd
Bot=4e74e5 BranchActorAllowanceActor=4f53cd BranchProtectionRule=65fe67 BypassActor=4f53cd
BypassForcePushAllowance=818f88 BypassPullRequestAllowance=818f88 Claimable=4f53cd CodeOfConduct=f5531a
ContributionCalendar=0d4674 ContributionCalendarDay=beb664 ContributionCalendarMonth=3d7d7a
ContributionCalendarWeek=f6b8de ContributionsCollection=43ca8f CopilotEndpoints=38e787 DependabotUpdate=635c3d
DependabotUpdateError=222200 DeployKey=bef7c9 DeploymentReviewer=4f53cd Enterprise=142a18
EnterpriseAdministratorInvitation=856134 EnterpriseBillingInfo=26861e EnterpriseIdentityProvider=5014fc
EnterpriseMember=4f53cd EnterpriseMemberInvitation=cd09d2 EnterpriseOwnerInfo=b38334 EnterpriseRepositoryInfo=01c847
EnterpriseServerInstallation=83dbf5 EnterpriseServerUserAccount=c9a2fc EnterpriseServerUserAccountEmail=e295bb
EnterpriseServerUserAccountsUpload=a96cea EnterpriseUserAccount=e90263 ExternalIdentity=515e90
ExternalIdentityAttribute=1d7d81 ExternalIdentitySamlAttributes=e72c7c ExternalIdentityScimAttributes=3fbf5a
FundingLink=8fd6bc Gist=5b007f GitHubMetadata=5b6749 IpAllowListEntry=3fd6bc IpAllowListOwner=4f53cd Language=c9e393
License=cb828e LicenseRule=b8e517 Mannequin=67493e MemberFeatureRequestNotification=69a419 MemberStatusable=15486f
Migration=e08980 MigrationSource=de18ad Node=195e16 OIDCProvider=e54113 Organization=4088f7
OrganizationIdentityProvider=139d37 OrganizationInvitation=dc9a8a OrganizationMigration=973d06
OrganizationOrUser=4f53cd PackageOwner=f9b640 PageInfo=1b2aa5 PermissionGranter=4f53cd PermissionSource=63068c
PinnableItem=4f53cd ProfileItemShowcase=c73c63 ProfileOwner=205395 Project=980a82 ProjectOwner=3837f6
ProjectProgress=cf4a79 ProjectV2=1900e8 ProjectV2Actor=4f53cd ProjectV2Field=382d06 ProjectV2FieldCommon=382d06
ProjectV2FieldConfiguration=4f53cd ProjectV2IterationField=b96474 ProjectV2IterationFieldConfiguration=b9f498
ProjectV2IterationFieldIteration=df07eb ProjectV2Owner=3ae456 ProjectV2Recent=544d65 ProjectV2SingleSelectField=37e514
ProjectV2SingleSelectFieldOption=fa1548 ProjectV2SortBy=b03b11 ProjectV2SortByField=efbe0c ProjectV2View=dd0300
ProjectV2Workflow=e35696 PublicKey=c1c5e3 PushAllowance=f8a10d PushAllowanceActor=4f53cd Query=c3c758 RateLimit=60c53b
Reactor=4f53cd Repository=7dda3e RepositoryDiscussionAuthor=51d57f RepositoryDiscussionCommentAuthor=4dcb67
RepositoryInfo=fdc2d5 RepositoryInteractionAbility=f2d99a RepositoryInvitation=526f6b RepositoryMigration=e08980
RepositoryOwner=8786db RepositoryPlanFeatures=ec07e1 RepositoryRuleset=701cab RepositoryRulesetBypassActor=b50fc8
RepositoryTopic=4788a5 RepositoryVulnerabilityAlert=c16c21 RequestedReviewer=4f53cd ReviewDismissalAllowance=192154
ReviewDismissalAllowanceActor=4f53cd SearchResultItem=4f53cd SocialAccount=e81f82 Sponsor=4f53cd Sponsorable=264432
SponsorableItem=4f53cd Starrable=5bd902 Subscribable=da4733 Team=296f21 Topic=aeef3b UniformResourceLocatable=5e861f
User=bc39b1 UserEmailMetadata=388696 UserList=cf4ca0 UserListItems=4f53cd UserListSuggestion=bccb09
UserNamespaceRepository=d46ffc UserStatus=fc622c VerifiableDomain=ced8f6 VerifiableDomainOwner=4f53cd
`;

function isCovered(type: string, name: string, result: string): boolean {
  const grave = (other: string): boolean => isAuditEntry(other) || Object.hasOwn(GRAVE_TYPES, other);
  return grave(nodeTypeOf(type)) || grave(nodeTypeOf(result)) || Object.hasOwn(GRAVE_FIELDS, `${type}.${name}`);
}

const digestOf = (type: string): string =>
  createHash('sha256')
    .update(JSON.stringify(fields(type)))
    .digest('hex')
    .slice(0, 6);

describe('the reviewed types of the schema', () => {
  it('are types that the schema has, with fields that it has', () => {
    const types = [...ACCOUNT_TYPES, ...PLAIN_TYPES, ...Object.keys(GRAVE_TYPES)];
    expect(types.filter((type) => fieldsOf(type) === undefined)).toEqual([]);
    const lacking = Object.keys(GRAVE_FIELDS).filter((field) => {
      const [type = '', name = ''] = field.split('.');
      return fieldsOf(type)?.has(name) !== true;
    });
    expect(lacking).toEqual([]);
  });

  it('leave no field unreviewed whose name speaks of secrets, protection or administration', () => {
    const harmless = new Set(Object.values(HARMLESS).flat());
    const found = TYPES.filter((type) => type !== 'Mutation').flatMap((type) =>
      fields(type)
        .filter(([name, result]) => SUSPECT.test(name) && !isCovered(type, name, result))
        .map(([name]) => `${type}.${name}`),
    );
    expect(found.filter((field) => !harmless.has(field))).toEqual([]);
    expect([...harmless].filter((field) => !found.includes(field) && !field.startsWith('Query.'))).toEqual([]);
  });

  it('name a grave field on each interface through which it could be read', () => {
    const names = new Map(Object.keys(GRAVE_FIELDS).map((field) => [field.split('.')[1] ?? '', field]));
    const elsewhere = TYPES.flatMap((type) =>
      fields(type)
        .filter(([name, result]) => names.has(name) && !isCovered(type, name, result))
        .map(([name]) => `${type}.${name}`),
    );
    // Members of a team and rulesets of a repository are open to their readers; a payload shows what was just written.
    expect(elsewhere.sort()).toEqual([
      'CreateRepositoryRulesetPayload.ruleset',
      'Repository.ruleset',
      'Repository.rulesets',
      'Team.members',
      'UpdateRepositoryRulesetPayload.ruleset',
    ]);
  });

  it('hold each field that the pinned schema gives them: look at the difference in schema.gen.ts, then renew the digests', () => {
    expect(REVIEWED.map((type) => `${type}=${digestOf(type)}`)).toEqual(DIGESTS.trim().split(/\s+/));
  });
});
