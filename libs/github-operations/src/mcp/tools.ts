import {
  account,
  also,
  alsoNode,
  alsoRepository,
  chooses,
  does,
  file,
  files,
  headOfPull,
  issue,
  leveled,
  newBranch,
  pull,
  repositoriesOfItems,
  repository,
  repositoryOrOwner,
  same,
  search,
  self,
  type ToolRule,
} from './tool-rule.js';

const actions: Readonly<Record<string, ToolRule>> = {
  actions_get: chooses(
    'actions',
    'method',
    {
      ...same('get_workflow get_workflow_run get_workflow_job download_workflow_run_artifact', 'workflow.read'),
      ...same('get_workflow_run_usage get_workflow_run_logs_url', 'workflow.read'),
      ...same('get_check_run', 'check.read'),
    },
    repository,
  ),
  actions_list: chooses(
    'actions',
    'method',
    {
      ...same('list_workflows list_workflow_runs list_workflow_jobs list_workflow_run_artifacts', 'workflow.read'),
      ...same('list_check_run_annotations', 'check.read'),
    },
    repository,
  ),
  actions_run_trigger: chooses(
    'actions',
    'method',
    {
      ...same('run_workflow rerun_workflow_run rerun_failed_jobs cancel_workflow_run', 'workflow.run'),
      ...same('delete_workflow_run_logs', 'workflow.admin'),
    },
    repository,
  ),
  get_job_logs: does('actions', 'workflow.read', repository),
  // The tools above as they were before they were put together; servers of both kinds are in use.
  cancel_workflow_run: does('actions', 'workflow.run', repository),
  delete_workflow_run_logs: does('actions', 'workflow.admin', repository),
  download_workflow_run_artifact: does('actions', 'workflow.read', repository),
  get_workflow_run: does('actions', 'workflow.read', repository),
  get_workflow_run_logs: does('actions', 'workflow.read', repository),
  get_workflow_run_usage: does('actions', 'workflow.read', repository),
  list_workflow_jobs: does('actions', 'workflow.read', repository),
  list_workflow_run_artifacts: does('actions', 'workflow.read', repository),
  list_workflow_runs: does('actions', 'workflow.read', repository),
  list_workflows: does('actions', 'workflow.read', repository),
  rerun_failed_jobs: does('actions', 'workflow.run', repository),
  rerun_workflow_run: does('actions', 'workflow.run', repository),
  run_workflow: does('actions', 'workflow.run', repository),
};

const context: Readonly<Record<string, ToolRule>> = {
  get_me: does('context', 'account.read', self),
  get_team_members: does('context', 'account.read', account('org')),
  get_teams: does('context', 'account.read', account('user')),
  search_orgs: does('orgs', 'metadata.read', self),
  search_users: does('users', 'metadata.read', self),
  github_support_docs_search: does('github_support_docs_search', 'metadata.read', self),
  get_copilot_space: does('copilot_spaces', 'account.read', account('owner')),
  list_copilot_spaces: does('copilot_spaces', 'account.read', self),
  list_starred_repositories: does('stargazers', 'account.read', account('username')),
  star_repository: does('stargazers', 'social.write', repository),
  unstar_repository: does('stargazers', 'social.write', repository),
  get_gist: does('gists', 'account.read', self),
  list_gists: does('gists', 'account.read', account('username')),
  create_gist: does('gists', 'gist.write', self),
  update_gist: does('gists', 'gist.write', self),
};

/** Copilot's coding agent works in the repository on its own once it is set to it: that is execution. */
const copilot: Readonly<Record<string, ToolRule>> = {
  assign_copilot_to_issue: does('copilot issues', ['issue.write', 'workflow.run'], issue),
  assign_copilot_to_issue_with_intent: does('copilot', ['issue.write', 'workflow.run'], issue),
  create_pull_request_with_copilot: does('copilot', ['pull.open', 'workflow.run'], repository),
  request_copilot_review: does('copilot pull_requests', 'pull.update', pull),
};

/** Findings are secretful: they say where the holes are. */
const security: Readonly<Record<string, ToolRule>> = {
  get_code_quality_finding: does('code_quality', 'security.read', repository),
  get_code_scanning_alert: does('code_security', 'security.read', repository),
  list_code_scanning_alerts: does('code_security', 'security.read', repository),
  get_dependabot_alert: does('dependabot', 'security.read', repository),
  list_dependabot_alerts: does('dependabot', 'security.read', repository),
  get_secret_scanning_alert: does('secret_protection', 'security.read', repository),
  list_secret_scanning_alerts: does('secret_protection', 'security.read', repository),
  get_global_security_advisory: does('security_advisories', 'metadata.read', self),
  list_global_security_advisories: does('security_advisories', 'metadata.read', self),
  list_org_repository_security_advisories: does('security_advisories', 'security.read', account('org')),
  list_repository_security_advisories: does('security_advisories', 'security.read', repository),
};

const governance: Readonly<Record<string, ToolRule>> = {
  create_repository_ruleset: chooses(
    'governance',
    'level',
    { repository: ['protection.update'], organization: ['org.admin'], enterprise: ['org.admin'] },
    leveled,
  ),
  custom_properties_read: chooses(
    'governance',
    'level',
    { repository: ['metadata.read'], organization: ['admin.read'], enterprise: ['admin.read'] },
    leveled,
  ),
  custom_properties_write: chooses(
    'governance',
    'level',
    { repository: ['repo.admin'], organization: ['org.admin'], enterprise: ['org.admin'] },
    leveled,
  ),
  // With its rule suites this shows who went around which rule.
  repository_ruleset_read: chooses(
    'governance',
    'method',
    {
      ...same('get list get_rules_for_branch', 'metadata.read'),
      ...same('list_rule_suites get_rule_suite', 'admin.read'),
    },
    leveled,
  ),
};

const discussions: Readonly<Record<string, ToolRule>> = {
  get_discussion: does('discussions', 'repo.read', repository),
  get_discussion_comments: does('discussions', 'repo.read', repository),
  list_discussion_categories: does('discussions', 'repo.read', repositoryOrOwner),
  list_discussions: does('discussions', 'repo.read', repositoryOrOwner),
  discussion_comment_write: also(
    chooses(
      'discussions',
      'method',
      same('add reply update delete mark_answer unmark_answer', 'discussion.write'),
      (args) => (args.has('commentNodeID') && !args.has('repo') ? [] : [args.repository()]),
    ),
    alsoNode('commentNodeID', 'discussion.write'),
  ),
};

const issues: Readonly<Record<string, ToolRule>> = {
  add_issue_comment: does('issues', 'comment.write', issue),
  update_issue_comment: does('issues', 'comment.write', repository),
  get_label: does('issues labels', 'issue.read', repository),
  list_label: does('labels', 'issue.read', repository),
  label_write: chooses('labels', 'method', same('create update delete', 'issue.write'), repository),
  issue_read: chooses(
    'issues',
    'method',
    same('get get_comments get_sub_issues get_parent get_labels', 'issue.read'),
    issue,
  ),
  issue_write: also(
    chooses('issues', 'method', same('create update', 'issue.write'), issue),
    alsoRepository('parent_owner', 'parent_repo', 'issue.write'),
  ),
  list_issue_fields: does('issues', 'metadata.read', repositoryOrOwner),
  list_issue_types: does('issues', 'metadata.read', repositoryOrOwner),
  list_issues: does('issues', 'issue.read', repository),
  search_issues: search('issues', false),
  sub_issue_write: chooses('issues', 'method', same('add remove reprioritize', 'issue.write'), issue),
};

/** Notifications of a person reach over all their repositories. */
const notifications: Readonly<Record<string, ToolRule>> = {
  dismiss_notification: does('notifications', 'social.write', self),
  get_notification_details: does('notifications', 'admin.read', self),
  list_notifications: does('notifications', 'admin.read', (args) => (args.has('repo') ? repository(args) : self(args))),
  manage_notification_subscription: does('notifications', 'social.write', self),
  manage_repository_notification_subscription: does('notifications', 'social.write', repository),
  mark_all_notifications_read: does('notifications', 'social.write', (args) =>
    args.has('repo') ? repository(args) : self(args),
  ),
};

const projects: Readonly<Record<string, ToolRule>> = {
  projects_get: does('projects', 'project.read', account('owner')),
  projects_list: does('projects', 'project.read', account('owner')),
  projects_write: also(
    also(does('projects', 'project.write', account('owner')), alsoRepository('item_owner', 'item_repo', 'issue.read')),
    repositoriesOfItems,
  ),
  add_project_item: does('projects', 'project.write', account('owner')),
  delete_project_item: does('projects', 'project.write', account('owner')),
  update_project_item: does('projects', 'project.write', account('owner')),
  get_project: does('projects', 'project.read', account('owner')),
  get_project_field: does('projects', 'project.read', account('owner')),
  get_project_item: does('projects', 'project.read', account('owner')),
  list_project_fields: does('projects', 'project.read', account('owner')),
  list_project_items: does('projects', 'project.read', account('owner')),
  list_projects: does('projects', 'project.read', account('owner')),
};

const pulls: Readonly<Record<string, ToolRule>> = {
  add_comment_to_pending_review: does('pull_requests', 'pull.review', pull),
  add_reply_to_pull_request_comment: does('pull_requests', 'pull.review', pull),
  create_pull_request: does('pull_requests', 'pull.open', repository),
  list_pull_requests: does('pull_requests', 'pull.read', repository),
  merge_pull_request: does('pull_requests', 'pull.merge', pull),
  pull_request_read: chooses(
    'pull_requests',
    'method',
    {
      ...same('get get_diff get_files get_commits get_review_comments get_reviews', 'pull.read'),
      ...same('get_comments', 'pull.read', 'issue.read'),
      ...same('get_status', 'pull.read', 'status.read'),
      ...same('get_check_runs', 'pull.read', 'check.read'),
    },
    pull,
  ),
  pull_request_review_write: also(
    chooses(
      'pull_requests',
      'method',
      same('create submit_pending delete_pending resolve_thread unresolve_thread', 'pull.review'),
      pull,
    ),
    alsoNode('threadId', 'pull.review'),
  ),
  search_pull_requests: search('pull_requests', false),
  update_pull_request: does('pull_requests', 'pull.update', pull),
  update_pull_request_branch: also(does('pull_requests', 'pull.update', pull), headOfPull),
};

const repositories: Readonly<Record<string, ToolRule>> = {
  push_files: does('repos', 'ref.update', files),
  create_or_update_file: does('repos', 'ref.update', file),
  delete_file: does('repos', 'ref.update', file),
  create_branch: does('repos', 'ref.create', newBranch),
  create_repository: does('repos', 'repo.create', account('organization')),
  delete_repository: does('repos', 'repo.delete', repository),
  fork_repository: does('repos', 'repo.fork', repository),
  get_commit: does('repos', 'repo.read', repository),
  get_file_contents: does('repos', 'repo.read', repository),
  get_latest_release: does('repos', 'repo.read', repository),
  get_release_by_tag: does('repos', 'repo.read', repository),
  get_repository_tree: does('git', 'repo.read', repository),
  get_tag: does('repos', 'repo.read', repository),
  list_branches: does('repos', 'repo.read', repository),
  list_commits: does('repos', 'repo.read', repository),
  list_releases: does('repos', 'repo.read', repository),
  list_repository_collaborators: does('repos', 'metadata.read', repository),
  list_tags: does('repos', 'repo.read', repository),
  search_code: search('repos', false),
  search_commits: search('repos', false),
  search_repositories: search('repos', true),
};

/**
 * Reviewed by hand: every tool of GitHub's MCP server with what it would do. A name that is not here is refused, so a
 * new version of the server cannot bring a way around policy; `tools.meta.spec.ts` holds the table against the names
 * that the server documents.
 */
export const TOOLS: ReadonlyMap<string, ToolRule> = new Map(
  [
    ...[actions, context, copilot, security, governance, discussions],
    ...[issues, notifications, projects, pulls, repositories],
  ].flatMap((group) => Object.entries(group)),
);

export const TOOLSETS: ReadonlySet<string> = new Set([...TOOLS.values()].flatMap(({ toolsets }) => toolsets));
