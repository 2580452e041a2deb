import type { Route } from '../rest/route.js';
export const graphqlRoutes: Route[] = [];
