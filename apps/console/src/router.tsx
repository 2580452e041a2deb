import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link } from '@tanstack/react-router';
import { readAuditSearch } from './features/audit/audit-filters.js';
import { Entrance } from './ui/entrance.js';
import { Empty, Failure, Loading } from './ui/states.js';

const root = createRootRoute({
  component: Entrance,
  notFoundComponent: () => (
    <Empty title="There is no such page">
      <Link to="/">To the overview</Link>
    </Empty>
  ),
});

const oneOf = <T extends string>(value: unknown, ...known: readonly [T, ...T[]]): T =>
  known.find((entry) => entry === value) ?? known[0];

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./features/overview/overview-view.js'), 'OverviewView'),
});
const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  validateSearch: (search): { state?: 'all' } => (search['state'] === 'all' ? { state: 'all' } : {}),
  component: lazyRouteComponent(() => import('./features/approvals/approvals-view.js'), 'ApprovalsView'),
});
const approval = createRoute({
  getParentRoute: () => approvals,
  path: '$id',
  component: lazyRouteComponent(() => import('./features/approvals/approval-detail.js'), 'ApprovalDetail'),
});
const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  validateSearch: (search): { state?: 'all' } => (search['state'] === 'all' ? { state: 'all' } : {}),
  component: lazyRouteComponent(() => import('./features/sessions/sessions-view.js'), 'SessionsView'),
});
const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$id',
  component: lazyRouteComponent(() => import('./features/sessions/session-detail.js'), 'SessionDetail'),
});
const commit = createRoute({
  getParentRoute: () => root,
  path: '/commits/$sha',
  component: lazyRouteComponent(() => import('./features/commits/commit-view.js'), 'CommitView'),
});
const grants = createRoute({
  getParentRoute: () => root,
  path: '/grants',
  validateSearch: (search): { state?: 'all' } => (search['state'] === 'all' ? { state: 'all' } : {}),
  component: lazyRouteComponent(() => import('./features/grants/grants-view.js'), 'GrantsView'),
});
const records = createRoute({
  getParentRoute: () => root,
  path: '/records',
  component: lazyRouteComponent(() => import('./features/records/records-view.js'), 'RecordsView'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('./features/audit/audit-view.js'), 'AuditView'),
});
const policies = createRoute({
  getParentRoute: () => root,
  path: '/policies',
  component: lazyRouteComponent(() => import('./features/policies/policies-view.js'), 'PoliciesView'),
});
/** What a new version begins with: another one, or a starter set and the names that it is written for. */
const DRAFT_SEARCH = ['from', 'starter', 'organisation', 'engineers', 'security'] as const;
type DraftSearch = Partial<Record<(typeof DRAFT_SEARCH)[number], string>>;

const newPolicy = createRoute({
  getParentRoute: () => root,
  path: '/policies/new',
  validateSearch: (search): DraftSearch =>
    Object.fromEntries(
      DRAFT_SEARCH.flatMap((name) => {
        const value = search[name];
        return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
      }),
    ),
  component: lazyRouteComponent(() => import('./features/policies/policy-draft.js'), 'PolicyDraft'),
});
const policy = createRoute({
  getParentRoute: () => root,
  path: '/policies/$id',
  validateSearch: (search): { show?: 'changes' | 'text' | 'simulation' } => {
    const show = oneOf(search['show'], 'policies', 'changes', 'text', 'simulation');
    return show === 'policies' ? {} : { show };
  },
  component: lazyRouteComponent(() => import('./features/policies/policy-detail.js'), 'PolicyDetail'),
});
const agents = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  component: lazyRouteComponent(() => import('./features/agents/agents-view.js'), 'AgentsView'),
});
const access = createRoute({
  getParentRoute: () => root,
  path: '/access',
  component: lazyRouteComponent(() => import('./features/access/access-view.js'), 'AccessView'),
});
const tokens = createRoute({
  getParentRoute: () => root,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./features/tokens/tokens-view.js'), 'TokensView'),
});

const routeTree = root.addChildren([
  overview,
  approvals.addChildren([approval]),
  sessions,
  session,
  commit,
  grants,
  audit,
  records,
  policies,
  newPolicy,
  policy,
  agents,
  access,
  tokens,
]);

/** Every address of the console; each view comes with a file of its own. */
export const createConsoleRouter = () =>
  createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultPendingComponent: () => <Loading what="the view" />,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
