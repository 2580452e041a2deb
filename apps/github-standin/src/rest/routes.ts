import { graphqlRoutes } from '../graphql/serve-graphql.js';
import type { Route } from './route.js';
import { accountRoutes } from './routes/account-routes.js';
import { administrationRoutes } from './routes/administration-routes.js';
import { appRoutes } from './routes/app-routes.js';
import { assetRoutes } from './routes/asset-routes.js';
import { auditLogRoutes } from './routes/audit-log-routes.js';
import { authorizationRoutes } from './routes/authorization-routes.js';
import { branchRoutes } from './routes/branch-routes.js';
import { checkRoutes } from './routes/check-routes.js';
import { commitRoutes } from './routes/commit-routes.js';
import { contentsRoutes } from './routes/contents-routes.js';
import { gitDataRoutes } from './routes/git-data-routes.js';
import { issueRoutes } from './routes/issue-routes.js';
import { pullRoutes } from './routes/pull-routes.js';
import { refRoutes } from './routes/ref-routes.js';
import { releaseRoutes } from './routes/release-routes.js';
import { repositoryRoutes } from './routes/repository-routes.js';

/** Every route that the stand-in knows; what is not here is answered with 501. */
export const ROUTES: readonly Route[] = [
  ...accountRoutes,
  ...appRoutes,
  ...auditLogRoutes,
  ...authorizationRoutes,
  ...repositoryRoutes,
  ...contentsRoutes,
  ...gitDataRoutes,
  ...refRoutes,
  ...branchRoutes,
  ...checkRoutes,
  ...commitRoutes,
  ...pullRoutes,
  ...issueRoutes,
  ...administrationRoutes,
  ...assetRoutes,
  ...releaseRoutes,
  ...graphqlRoutes,
];
