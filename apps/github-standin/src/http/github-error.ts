export interface ValidationProblem {
  resource: string;
  field?: string;
  code: string;
  message?: string;
}

/** An answer of GitHub's REST interface that is not a success. */
export class GitHubError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: readonly (ValidationProblem | string)[],
    readonly documentation = 'https://docs.github.com/rest',
  ) {
    super(message);
  }

  body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: this.documentation,
      status: String(this.status),
    };
  }
}

export const notFound = (): GitHubError => new GitHubError(404, 'Not Found');
export const notAccessible = (): GitHubError => new GitHubError(403, 'Resource not accessible by integration');
export const unprocessable = (message: string, errors?: readonly (ValidationProblem | string)[]): GitHubError =>
  new GitHubError(422, message, errors);
export const notImplemented = (what: string): GitHubError =>
  new GitHubError(501, `The GitHub stand-in does not implement ${what}`);
