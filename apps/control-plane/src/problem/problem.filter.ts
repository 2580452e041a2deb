import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { toHoldshortError } from '@holdshort/errors';
import { toGrpcError } from '@holdshort/grpc';
import type { Logger } from '@holdshort/telemetry';
import type { Request, Response } from 'express';
import { throwError, type Observable } from 'rxjs';
import { RateLimited } from '../access/rate-limits.js';
import { LOGGER } from '../logger.js';
import { correlationOf } from './correlation.js';
import { toProblem } from './problem.js';

/** The one place where an error becomes an answer; internals stay in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() === 'http') {
      this.answer(thrown, host.switchToHttp().getRequest<Request>(), host.switchToHttp().getResponse<Response>());
      return undefined;
    }
    if (toHoldshortError(thrown).code === 'internal_error') this.logger.error({ err: thrown }, 'RPC failed');
    return throwError(() => toGrpcError(thrown));
  }

  private answer(thrown: unknown, request: Request, response: Response): void {
    const problem = toProblem(thrown, correlationOf(request));
    if (problem.status >= 500)
      this.logger.error({ err: thrown, correlation_id: problem.correlation_id }, 'request failed');
    if (response.headersSent) return void response.end();
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    if (thrown instanceof RateLimited) response.setHeader('Retry-After', String(thrown.retryAfter));
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
