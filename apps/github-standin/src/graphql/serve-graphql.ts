import type { GraphQLError, GraphQLFieldResolver } from 'graphql';
import { GitHubError } from '../http/github-error.js';
import { ok, type ApiCall, type Reply } from '../rest/api-call.js';
import { route } from '../rest/route.js';
import type { Node } from './connection.js';
import { githubSchema } from './github-schema.js';
import { fromGitHubError, GraphqlProblem, notBuilt } from './graphql-problem.js';
import { issueMutations } from './issue-mutations.js';
import { pullMutations } from './pull-mutations.js';
import { queryRoot } from './query-root.js';
import { refMutations } from './ref-mutations.js';

/** A field is what the node has under its name; what it does not have is said to be missing here, never null. */
const resolveField: GraphQLFieldResolver<Node, ApiCall> = async (node, args, _call, info) => {
  if (!Object.hasOwn(node, info.fieldName)) throw notBuilt(`${info.parentType.name}.${info.fieldName}`);
  const value = node[info.fieldName];
  if (typeof value !== 'function') return value;
  try {
    return await (value as (args: unknown) => unknown)(args);
  } catch (error) {
    throw error instanceof GitHubError ? fromGitHubError(error) : error;
  }
};

/** GitHub words the commonest mistake in its own way. */
function validationError(error: GraphQLError): Node {
  const match = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message);
  if (!match) return { locations: error.locations, message: error.message };
  const [, fieldName = '', typeName = ''] = match;
  return {
    path: [],
    extensions: { code: 'undefinedField', typeName, fieldName },
    locations: error.locations,
    message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
  };
}

/** What the stand-in did not foresee is GitHub's "something went wrong", without its text. */
function executionError(error: GraphQLError): Node {
  const problem = [error, error.cause].find((thrown) => thrown instanceof GraphqlProblem);
  const foreseen = problem !== undefined || error.cause === undefined;
  const message = foreseen ? error.message : 'Something went wrong while executing your query.';
  return { ...(problem ? { type: problem.type } : {}), path: error.path, locations: error.locations, message };
}

async function execute(
  call: ApiCall,
  source: string,
  variables: Node,
  operationName: string | undefined,
): Promise<Node> {
  const graphql = await import('graphql');
  const schema = await githubSchema();
  let document;
  try {
    document = graphql.parse(source);
  } catch (error) {
    return { errors: [{ message: error instanceof Error ? error.message : 'Parse error' }] };
  }
  // GitHub lets `... on Issue {state}` stand beside `... on PullRequest {state}`, and gh relies on it.
  const rules = graphql.specifiedRules.filter((rule) => rule !== graphql.OverlappingFieldsCanBeMergedRule);
  const mistakes = graphql.validate(schema, document, rules);
  if (mistakes.length > 0) return { errors: mistakes.map(validationError) };
  const rootValue = { ...queryRoot(call), ...pullMutations(call), ...issueMutations(call), ...refMutations(call) };
  const result = await graphql.execute({
    schema,
    document,
    rootValue,
    contextValue: call,
    variableValues: variables,
    operationName,
    fieldResolver: resolveField as GraphQLFieldResolver<unknown, unknown>,
  });
  return { data: result.data ?? null, ...(result.errors ? { errors: result.errors.map(executionError) } : {}) };
}

async function serveGraphql(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  if (typeof body.query !== 'string')
    throw new GitHubError(400, 'A query attribute must be specified and must be a string.');
  const variables = typeof body.variables === 'object' && body.variables !== null ? (body.variables as Node) : {};
  const operationName = typeof body.operationName === 'string' ? body.operationName : undefined;
  return ok(await execute(call, body.query, variables, operationName), {
    'x-ratelimit-resource': 'graphql',
    'x-github-media-type': 'github.v4; format=json',
  });
}

/** api.github.com/graphql. Every permission is asked where a field touches a repository. */
export const graphqlRoutes = [route('POST /graphql', 'installation', serveGraphql)];
