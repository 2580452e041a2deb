import { GraphQLError } from 'graphql';
import { GitHubError } from '../http/github-error.js';

/** An error with the `type` that GitHub puts beside the message. */
export class GraphqlProblem extends GraphQLError {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

export const forbidden = (): GraphqlProblem =>
  new GraphqlProblem('FORBIDDEN', 'Resource not accessible by integration');

export const unresolved = (what: string): GraphqlProblem =>
  new GraphqlProblem('NOT_FOUND', `Could not resolve to ${what}`);

export const notBuilt = (field: string): GraphqlProblem =>
  new GraphqlProblem('NOT_IMPLEMENTED', `501: the GitHub stand-in does not implement ${field}`);

/** The same refusal as REST gives, in GraphQL's form. */
export function fromGitHubError(error: GitHubError): GraphqlProblem {
  if (error.status === 403) return forbidden();
  const first = error.errors?.[0];
  const detail = typeof first === 'string' ? first : first?.message;
  return new GraphqlProblem('UNPROCESSABLE', detail ?? error.message);
}
