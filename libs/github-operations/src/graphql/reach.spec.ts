import { classifyGraphql } from './classify-graphql.js';

function summary(query: string, variables: Record<string, unknown> = {}): string[] {
  const result = classifyGraphql({
    host: 'api.github.com',
    method: 'POST',
    path: '/graphql',
    body: { query, variables },
  });
  if ('refusal' in result) return [result.refusal.code];
  return result.operation.intents.map(
    ({ action, target: { owner, repo, nodeId } }) =>
      `${action} ${nodeId ?? (repo === undefined ? (owner ?? '-') : `${owner ?? ''}/${repo}`)}`,
  );
}

const refusalOf = (query: string): unknown => {
  const result = classifyGraphql({ host: 'api.github.com', method: 'POST', path: '/graphql', body: { query } });
  return 'refusal' in result ? result.refusal : undefined;
};

const ORG = 'organization(login: "acme")';
const NAMED = 'repository(owner: "acme", name: "app")';

/** Ways to content of repositories that nobody named; the first is what the refusal is asserted for literally. */
const HIDDEN: [what: string, query: string][] = [
  [
    'files of all repositories',
    `{ ${ORG} { repositories(first: 10) { nodes { object(expression: "HEAD:secret.txt") { ... on Blob { text } } } } } }`,
  ],
  [
    'issues of all repositories',
    `{ ${ORG} { repositories(first: 10) { nodes { issues(first: 5) { nodes { title body } } } } } }`,
  ],
  [
    'the same by edges',
    `{ ${ORG} { repositories(first: 10) { edges { node { issues(first: 5) { edges { node { body } } } } } } } }`,
  ],
  [
    'refs of all repositories',
    '{ viewer { repositories(first: 1) { nodes { refs(refPrefix: "refs/heads/", first: 9) { nodes { name } } } } } }',
  ],
  [
    'the commit of a default branch',
    '{ viewer { repositories(first: 1) { nodes { defaultBranchRef { target { oid } } } } } }',
  ],
  ["the viewer's issues", '{ viewer { issues(first: 5) { nodes { body } } } }'],
  ["the viewer's pull requests", '{ viewer { pullRequests(first: 5) { nodes { title } } } }'],
  ["a user's pull requests", '{ user(login: "sam") { pullRequests(first: 5) { nodes { title } } } }'],
  ["a user's comments", '{ user(login: "sam") { issueComments(first: 5) { nodes { body } } } }'],
  ['discussions', `{ ${ORG} { repositoryDiscussions(first: 5) { nodes { body } } } }`],
  [
    'contributions',
    '{ viewer { contributionsCollection { issueContributions(first: 1) { nodes { issue { body } } } } } }',
  ],
  [
    "a team's repositories",
    `{ ${ORG} { team(slug: "t") { repositories(first: 5) { nodes { releases(first: 1) { nodes { name } } } } } } }`,
  ],
  ["a team's discussions", `{ ${ORG} { team(slug: "t") { discussions(first: 5) { nodes { body } } } } }`],
  [
    "a project's items",
    `{ ${ORG} { projectV2(number: 1) { items(first: 5) { nodes { content { ... on Issue { body } } } } } } }`,
  ],
  ["a gist's files", '{ viewer { gists(first: 5) { nodes { files { text } } } } }'],
  [
    'packages',
    `{ ${ORG} { packages(first: 5) { nodes { versions(first: 1) { nodes { files(first: 1) { nodes { url } } } } } } } }`,
  ],
  [
    'forks of what an account has',
    `{ ${ORG} { repositories(first: 1) { nodes { forks(first: 1) { nodes { labels(first: 1) { nodes { name } } } } } } } }`,
  ],
  [
    'alerts of all repositories',
    `{ ${ORG} { repositories(first: 1) { nodes { vulnerabilityAlerts(first: 1) { nodes { createdAt } } } } } }`,
  ],
  [
    'how many alerts there are',
    `{ ${ORG} { repositories(first: 1) { nodes { vulnerabilityAlerts { totalCount } } } } }`,
  ],
  ['a token that clones', '{ viewer { repositories(first: 1) { nodes { tempCloneToken } } } }'],
  [
    'the owner of a named repository',
    `{ ${NAMED} { owner { repositories(first: 1) { nodes { issues(first: 1) { nodes { body } } } } } } }`,
  ],
  [
    'the same by a type condition',
    `{ ${NAMED} { owner { ... on Organization { repositories(first: 1) { nodes { object(expression: "HEAD:") { id } } } } } } }`,
  ],
  [
    'the author of an issue',
    `{ ${NAMED} { issue(number: 1) { author { ... on User { pullRequests(first: 1) { nodes { body } } } } } } }`,
  ],
  [
    'a project of an issue',
    `{ ${NAMED} { issue(number: 1) { projectItems(first: 1) { nodes { project { items(first: 1) { nodes { id } } } } } } } }`,
  ],
  [
    'a topic',
    `{ ${NAMED} { repositoryTopics(first: 1) { nodes { topic { repositories(first: 1) { nodes { object(expression: "HEAD:") { id } } } } } } } }`,
  ],
  [
    'a node that turns out to be an organisation',
    '{ node(id: "O_1") { ... on Organization { repositories(first: 1) { nodes { issues(first: 1) { nodes { body } } } } } } }',
  ],
  [
    'the same below another condition',
    '{ node(id: "O_1") { ... on Organization { ... on ProjectOwner { projects(first: 1) { nodes { columns(first: 1) { nodes { name } } } } } } } }',
  ],
  [
    'a search for repositories of an organisation',
    '{ search(query: "org:acme", type: REPOSITORY, first: 1) { nodes { ... on Repository { object(expression: "HEAD:") { id } } } } }',
  ],
  [
    'a search for users',
    '{ search(query: "sam", type: USER, first: 1) { nodes { ... on User { issues(first: 1) { nodes { body } } } } } }',
  ],
  [
    'a fragment',
    `{ ${ORG} { ...o } } fragment o on Organization { repositories(first: 1) { nodes { ...r } } } fragment r on Repository { issues(first: 1) { nodes { body } } }`,
  ],
  [
    'an alias and a directive',
    `{ ${ORG} { name: repositories(first: 1) { nodes { totalCount: issues(first: 1) @skip(if: true) { nodes { body } } } } } }`,
  ],
  [
    'what a mutation of an account returns',
    'mutation { followUser(input: {userId: "U_1"}) { user { pullRequests(first: 1) { nodes { body } } } } }',
  ],
  [
    'the author of what a mutation returns',
    'mutation { addComment(input: {subjectId: "I_1", body: "b"}) { commentEdge { node { author { ... on User { issues(first: 1) { nodes { body } } } } } } } }',
  ],
];

const OPEN: [what: string, query: string, intents: string[]][] = [
  [
    'the list of repositories',
    `{ ${ORG} { repositories(first: 10) { totalCount nodes { name description visibility url isPrivate stargazerCount primaryLanguage { name } licenseInfo { spdxId } repositoryTopics(first: 9) { nodes { topic { name } } } issues(states: OPEN) { totalCount } defaultBranchRef { name } owner { login } parent { nameWithOwner } } pageInfo { endCursor } } } }`,
    ['account.read acme'],
  ],
  [
    'people and teams',
    `{ ${ORG} { login teams(first: 9) { nodes { slug members(first: 9) { nodes { login name } } } } membersWithRole(first: 9) { edges { role node { login } } } } }`,
    ['account.read acme'],
  ],
  [
    'projects',
    `{ ${ORG} { projectsV2(first: 9) { nodes { title fields(first: 9) { nodes { ... on ProjectV2SingleSelectField { options { name } } } } } } } }`,
    ['account.read acme', 'project.read acme'],
  ],
  ['limits', '{ rateLimit { remaining } viewer { login } meta { gitHubServicesSha } }', ['account.read -']],
  ['introspection', '{ __type(name: "User") { fields { name type { name } } } }', ['account.read -']],
  [
    'other repositories from a named one, as far as its credential goes',
    `{ ${NAMED} { parent { object(expression: "HEAD:") { id } } forks(first: 1) { nodes { issues(first: 1) { nodes { body } } } } pullRequest(number: 1) { headRepository { nameWithOwner } closingIssuesReferences(first: 1) { nodes { title } } timelineItems(first: 1) { nodes { ... on CrossReferencedEvent { source { ... on Issue { body } } } } } } } }`,
    ['repo.read acme/app'],
  ],
  [
    'people seen from a repository',
    `{ ${NAMED} { assignableUsers(first: 9) { nodes { login } } pullRequest(number: 1) { author { login } reviewRequests(first: 9) { nodes { requestedReviewer { __typename ... on User { login } ... on Team { slug } } } } } } }`,
    ['repo.read acme/app'],
  ],
  [
    'a field that the pinned schema lacks, in a named repository',
    `{ ${NAMED} { newThings(first: 1) { nodes { text } } } }`,
    ['repo.read acme/app'],
  ],
  [
    'a repository named within an account',
    `{ ${ORG} { repository(name: "app") { issues(first: 1) { nodes { body } } } } }`,
    ['account.read acme', 'repo.read acme/app'],
  ],
  [
    'an issue by its id',
    '{ node(id: "I_1") { ... on Issue { body repository { object(expression: "HEAD:") { id } } } } }',
    ['repo.read I_1'],
  ],
  [
    'a search in a repository',
    '{ search(query: "repo:acme/app x", type: ISSUE, first: 1) { nodes { ... on Issue { body } } } }',
    ['repo.read acme/app'],
  ],
  [
    'a repository that was made',
    'mutation { createRepository(input: {name: "x", visibility: PRIVATE}) { repository { id name owner { login } url } } }',
    ['repo.create -'],
  ],
];

const GRAVE: [what: string, query: string, intents: string[]][] = [
  [
    'alerts',
    `{ ${NAMED} { vulnerabilityAlerts(first: 1) { nodes { createdAt } } } }`,
    ['repo.read acme/app', 'security.read acme/app'],
  ],
  [
    'an alert by a type condition',
    '{ node(id: "RVA_1") { ... on RepositoryVulnerabilityAlert { state } } }',
    ['repo.read RVA_1', 'security.read RVA_1'],
  ],
  [
    'deploy keys',
    `{ ${NAMED} { deployKeys(first: 1) { totalCount } } }`,
    ['repo.read acme/app', 'admin.read acme/app'],
  ],
  [
    'a token that clones, under an alias',
    `{ ${NAMED} { name: tempCloneToken } }`,
    ['repo.read acme/app', 'secret.read acme/app'],
  ],
  [
    'protection rules',
    `{ ${NAMED} { branchProtectionRules(first: 1) { nodes { pattern } } } }`,
    ['repo.read acme/app', 'admin.read acme/app'],
  ],
  [
    'how many reviews a branch needs',
    `{ ${NAMED} { pullRequest(number: 1) { baseRef { branchProtectionRule { requiredApprovingReviewCount } } } } }`,
    ['repo.read acme/app'],
  ],
  [
    'who gets past a ruleset',
    `{ ${NAMED} { rulesets(first: 1) { nodes { name bypassActors(first: 1) { nodes { actor { ... on Team { slug } } } } } } } }`,
    ['repo.read acme/app', 'admin.read acme/app'],
  ],
  [
    'how collaborators came by it',
    `{ ${NAMED} { collaborators(first: 1) { edges { permissionSources { permission } node { login } } } } }`,
    ['repo.read acme/app', 'admin.read acme/app'],
  ],
  [
    'the audit log',
    `{ ${ORG} { auditLog(first: 1) { nodes { ... on AuditEntry { actorIp } } } } }`,
    ['account.read acme', 'admin.read acme'],
  ],
  [
    'allowed addresses',
    `{ ${ORG} { ipAllowListEntries(first: 1) { nodes { allowListValue } } } }`,
    ['account.read acme', 'admin.read acme'],
  ],
  [
    'the identity provider',
    `{ ${ORG} { samlIdentityProvider { ssoUrl externalIdentities(first: 1) { nodes { guid } } } } }`,
    ['account.read acme', 'admin.read acme'],
  ],
  [
    'e-mail addresses of members',
    `{ ${ORG} { membersWithRole(first: 1) { nodes { organizationVerifiedDomainEmails(login: "acme") } } } }`,
    ['account.read acme', 'admin.read -'],
  ],
  [
    'who has one factor',
    `{ ${ORG} { membersWithRole(first: 1) { edges { hasTwoFactorEnabled } } } }`,
    ['account.read acme', 'admin.read acme'],
  ],
  [
    'what a mutation returns',
    'mutation { dismissRepositoryVulnerabilityAlert(input: {repositoryVulnerabilityAlertId: "A_1", dismissReason: FIX_STARTED}) { repositoryVulnerabilityAlert { state } } }',
    ['security.write A_1', 'security.read A_1'],
  ],
];

describe('the reach of a GraphQL selection', () => {
  it.each(HIDDEN)('refuses %s', (_what, query) => {
    expect(summary(query)).toEqual(['target_unresolved']);
  });

  it.each(OPEN)('lets pass %s', (_what, query, intents) => {
    expect(summary(query)).toEqual(intents);
  });

  it.each(GRAVE)('tells %s from a plain read', (_what, query, intents) => {
    expect(summary(query)).toEqual(intents);
  });

  it('says which field it is, and what to do instead', () => {
    expect(refusalOf(HIDDEN[0]?.[1] ?? '')).toEqual({
      code: 'target_unresolved',
      message:
        'The GraphQL field "organization.repositories.nodes.object" reaches content of repositories that the document does not name. Name the repository with repository(owner:, name:).',
    });
  });

  it('refuses outside a named repository what the pinned schema lacks', () => {
    const said = (field: string): string =>
      `The GraphQL field "${field}" is not one that Holdshort knows, and outside a named repository unknown fields are refused. Name the repository with repository(owner:, name:).`;
    expect(refusalOf('{ viewer { newThing } }')).toEqual({
      code: 'operation_unknown',
      message: said('viewer.newThing'),
    });
    expect(refusalOf('{ viewer { ... on NewThing { x } } }')).toEqual({
      code: 'operation_unknown',
      message: said('viewer.x'),
    });
    expect(refusalOf('{ node(id: "I_1") { ... on Query { viewer { login } } } }')).toMatchObject({
      code: 'operation_unknown',
    });
  });
});
