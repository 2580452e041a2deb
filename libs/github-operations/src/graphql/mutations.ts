import type { IntentAction } from '../operation.js';

/**
 * Reviewed by hand: what each mutation of GitHub's schema does, and which fields of its input name the
 * thing that it is done to (node ids; of several, those given count, and at least one must be). An
 * empty text means an account, an organisation or an enterprise. Mutations that move refs stand in
 * ref-mutations.ts. The meta spec compares both with the pinned schema.
 */
const BY_INTENT: Partial<Record<IntentAction, Readonly<Record<string, string>>>> = {
  'pull.open': { createPullRequest: 'repositoryId headRepositoryId' },
  'pull.merge': {
    mergePullRequest: 'pullRequestId',
    enablePullRequestAutoMerge: 'pullRequestId',
    enqueuePullRequest: 'pullRequestId',
  },
  'pull.update': {
    closePullRequest: 'pullRequestId',
    convertPullRequestToDraft: 'pullRequestId',
    dequeuePullRequest: 'id',
    disablePullRequestAutoMerge: 'pullRequestId',
    markPullRequestReadyForReview: 'pullRequestId',
    reopenPullRequest: 'pullRequestId',
    requestReviews: 'pullRequestId',
    updatePullRequest: 'pullRequestId',
  },
  'pull.review': {
    addPullRequestReview: 'pullRequestId',
    addPullRequestReviewComment: 'pullRequestId pullRequestReviewId inReplyTo',
    addPullRequestReviewThread: 'pullRequestId pullRequestReviewId',
    addPullRequestReviewThreadReply: 'pullRequestReviewThreadId pullRequestReviewId',
    deletePullRequestReview: 'pullRequestReviewId',
    deletePullRequestReviewComment: 'id',
    dismissPullRequestReview: 'pullRequestReviewId',
    markFileAsViewed: 'pullRequestId',
    resolveReviewThread: 'threadId',
    submitPullRequestReview: 'pullRequestId pullRequestReviewId',
    unmarkFileAsViewed: 'pullRequestId',
    unresolveReviewThread: 'threadId',
    updatePullRequestReview: 'pullRequestReviewId',
    updatePullRequestReviewComment: 'pullRequestReviewCommentId',
  },
  'issue.write': {
    addAssigneesToAssignable: 'assignableId',
    addLabelsToLabelable: 'labelableId',
    addSubIssue: 'issueId subIssueId',
    clearLabelsFromLabelable: 'labelableId',
    closeIssue: 'issueId',
    convertProjectCardNoteToIssue: 'repositoryId',
    convertProjectV2DraftIssueItemToIssue: 'repositoryId',
    createIssue: 'repositoryId parentIssueId',
    createLabel: 'repositoryId',
    deleteLabel: 'id',
    lockLockable: 'lockableId',
    pinIssue: 'issueId',
    removeAssigneesFromAssignable: 'assignableId',
    removeLabelsFromLabelable: 'labelableId',
    removeSubIssue: 'issueId subIssueId',
    reopenIssue: 'issueId',
    reprioritizeSubIssue: 'issueId subIssueId',
    transferIssue: 'issueId repositoryId',
    unlockLockable: 'lockableId',
    unmarkIssueAsDuplicate: 'canonicalId duplicateId',
    unpinIssue: 'issueId',
    updateIssue: 'id',
    updateLabel: 'id',
  },
  'repo.admin': {
    archiveRepository: 'repositoryId',
    // Cannot be undone, and takes the discussion with it; GitHub asks for admin rights too.
    deleteIssue: 'issueId',
    setRepositoryInteractionLimit: 'repositoryId',
    unarchiveRepository: 'repositoryId',
    updateCheckSuitePreferences: 'repositoryId',
    updateRepository: 'repositoryId',
    updateRepositoryWebCommitSignoffSetting: 'repositoryId',
    updateTeamsRepository: 'repositoryId',
    updateTopics: 'repositoryId',
    acceptTopicSuggestion: 'repositoryId',
    declineTopicSuggestion: 'repositoryId',
  },
  'comment.write': {
    addComment: 'subjectId',
    addReaction: 'subjectId',
    addUpvote: 'subjectId',
    deleteIssueComment: 'id',
    minimizeComment: 'subjectId',
    removeReaction: 'subjectId',
    removeUpvote: 'subjectId',
    unminimizeComment: 'subjectId',
    updateIssueComment: 'id',
  },
  'discussion.write': {
    addDiscussionComment: 'discussionId replyToId',
    addDiscussionPollVote: 'pollOptionId',
    closeDiscussion: 'discussionId',
    createDiscussion: 'repositoryId',
    deleteDiscussion: 'id',
    deleteDiscussionComment: 'id',
    markDiscussionCommentAsAnswer: 'id',
    reopenDiscussion: 'discussionId',
    unmarkDiscussionCommentAsAnswer: 'id',
    updateDiscussion: 'discussionId',
    updateDiscussionComment: 'commentId',
  },
  'check.write': {
    createCheckRun: 'repositoryId',
    createCheckSuite: 'repositoryId',
    updateCheckRun: 'repositoryId checkRunId',
  },
  'workflow.run': { rerequestCheckSuite: 'repositoryId checkSuiteId' },
  // Giving way at a gate that waits for a person.
  'workflow.admin': { approveDeployments: 'workflowRunId', rejectDeployments: 'workflowRunId' },
  'deployment.write': { createDeploymentStatus: 'deploymentId', deleteDeployment: 'id' },
  'protection.update': {
    createBranchProtectionRule: 'repositoryId',
    createEnvironment: 'repositoryId',
    createRepositoryRuleset: 'sourceId',
    deleteBranchProtectionRule: 'branchProtectionRuleId',
    deleteEnvironment: 'id',
    deleteRepositoryRuleset: 'repositoryRulesetId',
    pinEnvironment: 'environmentId',
    reorderEnvironment: 'environmentId',
    updateBranchProtectionRule: 'branchProtectionRuleId',
    updateEnvironment: 'environmentId',
    updateRepositoryRuleset: 'repositoryRulesetId',
  },
  'repo.create': { createRepository: '', cloneTemplateRepository: 'repositoryId' },
  'package.delete': { deletePackageVersion: 'packageVersionId' },
  'security.write': { dismissRepositoryVulnerabilityAlert: 'repositoryVulnerabilityAlertId' },
  'project.write': {
    addProjectCard: 'projectColumnId contentId',
    addProjectColumn: 'projectId',
    addProjectV2DraftIssue: 'projectId',
    addProjectV2ItemById: 'projectId contentId',
    archiveProjectV2Item: 'projectId',
    clearProjectV2ItemFieldValue: 'projectId',
    cloneProject: 'sourceId targetOwnerId',
    copyProjectV2: 'projectId ownerId',
    createProject: 'ownerId',
    createProjectV2: 'ownerId repositoryId',
    createProjectV2Field: 'projectId',
    createProjectV2StatusUpdate: 'projectId',
    deleteProject: 'projectId',
    deleteProjectCard: 'cardId',
    deleteProjectColumn: 'columnId',
    deleteProjectV2: 'projectId',
    deleteProjectV2Field: 'fieldId',
    deleteProjectV2Item: 'projectId',
    deleteProjectV2StatusUpdate: 'statusUpdateId',
    deleteProjectV2Workflow: 'workflowId',
    importProject: '',
    linkProjectV2ToRepository: 'projectId repositoryId',
    linkProjectV2ToTeam: 'projectId',
    linkRepositoryToProject: 'projectId repositoryId',
    markProjectV2AsTemplate: 'projectId',
    moveProjectCard: 'cardId columnId',
    moveProjectColumn: 'columnId',
    unarchiveProjectV2Item: 'projectId',
    unlinkProjectV2FromRepository: 'projectId repositoryId',
    unlinkProjectV2FromTeam: 'projectId',
    unlinkRepositoryFromProject: 'projectId repositoryId',
    unmarkProjectV2AsTemplate: 'projectId',
    updateProject: 'projectId',
    updateProjectCard: 'projectCardId',
    updateProjectColumn: 'projectColumnId',
    updateProjectV2: 'projectId',
    updateProjectV2DraftIssue: 'draftIssueId',
    updateProjectV2Field: 'fieldId',
    updateProjectV2ItemFieldValue: 'projectId',
    updateProjectV2ItemPosition: 'projectId',
    updateProjectV2StatusUpdate: 'statusUpdateId',
  },
  'social.write': {
    addStar: '',
    changeUserStatus: '',
    createUserList: '',
    deleteUserList: '',
    followOrganization: '',
    followUser: '',
    removeStar: '',
    unfollowOrganization: '',
    unfollowUser: '',
    updateSubscription: '',
    updateUserList: '',
    updateUserListsForItem: '',
  },
  'account.admin': {
    cancelSponsorship: '',
    createSponsorsListing: '',
    createSponsorsTier: '',
    createSponsorship: '',
    createSponsorships: '',
    publishSponsorsTier: '',
    retireSponsorsTier: '',
    setUserInteractionLimit: '',
    updatePatreonSponsorability: '',
    updateSponsorshipPreferences: '',
  },
};

/** Organisations, enterprises, teams and migrations: administration of an account, all of it. */
const ORGANISATION_MUTATIONS = `
abortQueuedMigrations abortRepositoryMigration acceptEnterpriseAdministratorInvitation acceptEnterpriseMemberInvitation
accessUserNamespaceRepository addEnterpriseOrganizationMember addEnterpriseSupportEntitlement addVerifiableDomain
approveVerifiableDomain cancelEnterpriseAdminInvitation cancelEnterpriseMemberInvitation createAttributionInvitation
createEnterpriseOrganization createIpAllowListEntry createMigrationSource createTeamDiscussion createTeamDiscussionComment
deleteIpAllowListEntry deleteTeamDiscussion deleteTeamDiscussionComment deleteVerifiableDomain
grantEnterpriseOrganizationsMigratorRole grantMigratorRole inviteEnterpriseAdmin inviteEnterpriseMember
regenerateEnterpriseIdentityProviderRecoveryCodes regenerateVerifiableDomainToken removeEnterpriseAdmin
removeEnterpriseIdentityProvider removeEnterpriseMember removeEnterpriseOrganization removeEnterpriseSupportEntitlement
removeOutsideCollaborator revokeEnterpriseOrganizationsMigratorRole revokeMigratorRole setEnterpriseIdentityProvider
setOrganizationInteractionLimit startOrganizationMigration startRepositoryMigration transferEnterpriseOrganization
updateEnterpriseAdministratorRole updateEnterpriseAllowPrivateRepositoryForkingSetting
updateEnterpriseDefaultRepositoryPermissionSetting updateEnterpriseDeployKeySetting
updateEnterpriseMembersCanChangeRepositoryVisibilitySetting updateEnterpriseMembersCanCreateRepositoriesSetting
updateEnterpriseMembersCanDeleteIssuesSetting updateEnterpriseMembersCanDeleteRepositoriesSetting
updateEnterpriseMembersCanInviteCollaboratorsSetting updateEnterpriseMembersCanMakePurchasesSetting
updateEnterpriseMembersCanUpdateProtectedBranchesSetting updateEnterpriseMembersCanViewDependencyInsightsSetting
updateEnterpriseOrganizationProjectsSetting updateEnterpriseOwnerOrganizationRole updateEnterpriseProfile
updateEnterpriseRepositoryProjectsSetting updateEnterpriseTeamDiscussionsSetting
updateEnterpriseTwoFactorAuthenticationDisallowedMethodsSetting updateEnterpriseTwoFactorAuthenticationRequiredSetting
updateIpAllowListEnabledSetting updateIpAllowListEntry updateIpAllowListForInstalledAppsEnabledSetting
updateNotificationRestrictionSetting updateOrganizationAllowPrivateRepositoryForkingSetting
updateOrganizationWebCommitSignoffSetting updateProjectV2Collaborators updateTeamDiscussion updateTeamDiscussionComment
updateTeamReviewAssignment verifyVerifiableDomain
`;

export interface MutationRule {
  action: IntentAction;
  /** Fields of `input` that hold node ids; none for an account. */
  targets: readonly string[];
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

const rulesOfIntent = ([action, mutations]: [string, Readonly<Record<string, string>>]): [string, MutationRule][] =>
  Object.entries(mutations).map(([name, targets]) => [
    name,
    { action: action as IntentAction, targets: words(targets) },
  ]);

/** By name of the mutation. */
export const MUTATION_RULES: ReadonlyMap<string, MutationRule> = new Map<string, MutationRule>([
  ...Object.entries(BY_INTENT).flatMap(rulesOfIntent),
  ...words(ORGANISATION_MUTATIONS).map((name): [string, MutationRule] => [name, { action: 'org.admin', targets: [] }]),
]);
