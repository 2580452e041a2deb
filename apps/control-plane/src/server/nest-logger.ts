import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';

/** Nest's own lines in the process's log; what it says at every start is of interest only when something fails. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug({ source: 'nest' }, String(message));
  }

  warn(message: unknown): void {
    this.logger.warn({ source: 'nest' }, String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    this.logger.error({ source: 'nest', details: details.map(String) }, String(message));
  }
}
