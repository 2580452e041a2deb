const NAMED = 'repository(owner: "acme", name: "app")';

/** Ways to an issue, a file or a branch of repositories that the document does not name, with the field that is refused. */
export const HIDDEN_DOCUMENTS: readonly (readonly [way: string, field: string, document: string])[] = [
  [
    'issues of all repositories of an organisation',
    'organization.repositories.nodes.issues.nodes',
    '{ organization(login: "acme") { repositories(first: 9) { nodes { issues(first: 9) { nodes { title body } } } } } }',
  ],
  [
    'files of all repositories of an organisation',
    'organization.repositories.nodes.object',
    '{ organization(login: "acme") { repositories(first: 9) { nodes { object(expression: "HEAD:README.md") { ... on Blob { text } } } } } }',
  ],
  [
    'branches of all repositories of the viewer',
    'viewer.repositories.nodes.refs.nodes',
    '{ viewer { repositories(first: 9) { nodes { refs(refPrefix: "refs/heads/", first: 9) { nodes { name } } } } } }',
  ],
  [
    'one repository of the viewer, by a fragment and aliases',
    'viewer.repositories.nodes.issue',
    'query Q { me: viewer { all: repositories(first: 9) { nodes { ...inside } } } } fragment inside on Repository { one: issue(number: 1) { body } }',
  ],
  [
    'the same behind a directive that would skip it',
    'viewer.repositories.nodes.issue',
    '{ viewer { repositories(first: 9) { nodes { issue(number: 1) @skip(if: true) { body } } } } }',
  ],
  [
    'the pull requests of a user',
    'user.pullRequests.nodes',
    '{ user(login: "alice") { pullRequests(first: 9) { nodes { title } } } }',
  ],
  [
    'the owner of a named repository',
    'repository.owner.repositories.nodes.issues.nodes',
    `{ ${NAMED} { owner { repositories(first: 9) { nodes { issues(first: 9) { nodes { body } } } } } } }`,
  ],
  [
    'a node that turns out to be an account',
    'node.repositories.nodes.issues.nodes',
    '{ node(id: "O_1") { ... on Organization { repositories(first: 9) { nodes { issues(first: 9) { nodes { body } } } } } } }',
  ],
  [
    'a document that also names a repository',
    'viewer.repositories.nodes.issues.nodes',
    `{ ${NAMED} { name } viewer { repositories(first: 9) { nodes { issues(first: 9) { nodes { body } } } } } }`,
  ],
];
