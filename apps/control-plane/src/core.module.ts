import { Module, type DynamicModule } from '@nestjs/common';
import type { AuditTrail } from '@holdshort/audit-publisher';
import type { Logger, Tracing } from '@holdshort/telemetry';
import { DataSource } from 'typeorm';
import { AUDIT_TRAIL, ControlPlaneAudit } from './audit/control-plane-audit.js';
import { CLOCK, type Clock } from './clock.js';
import { METRICS, openMetrics } from './health/metrics.js';
import { LOGGER } from './logger.js';
import { PublicUrl } from './server/public-url.js';
import { TRACING } from './tracing.js';
import { SETTINGS, type ControlPlaneSettings } from './settings.js';

/** What a control plane is built from; opened by the caller, who also closes it. */
export interface Parts {
  settings: ControlPlaneSettings;
  database: DataSource;
  trail: AuditTrail;
  logger: Logger;
  tracing: Tracing;
  clock: Clock;
}

/** Makes the parts known to every feature. */
@Module({})
export class CoreModule {
  static with(parts: Parts): DynamicModule {
    const providers = [
      { provide: SETTINGS, useValue: parts.settings },
      { provide: DataSource, useValue: parts.database },
      { provide: AUDIT_TRAIL, useValue: parts.trail },
      { provide: LOGGER, useValue: parts.logger },
      { provide: TRACING, useValue: parts.tracing },
      { provide: CLOCK, useValue: parts.clock },
      { provide: METRICS, useValue: openMetrics(parts.trail) },
      ControlPlaneAudit,
      PublicUrl,
    ];
    return { module: CoreModule, global: true, providers, exports: providers };
  }
}
