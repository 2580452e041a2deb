import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { SignalsService } from '../signals/signals.service.js';
import { METRICS, type ControlPlaneMetrics } from './metrics.js';

@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly database: DataSource,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(METRICS) private readonly metrics: ControlPlaneMetrics,
  ) {}

  @Get(['healthz', 'api/v1/health'])
  health() {
    return { status: 'ok' };
  }

  /** Ready means: decisions can be made and recorded. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) response: Response) {
    const checks = {
      database: await this.isDatabaseUp(),
      signals: this.signals.isConnected(),
      audit: this.audit.isWritable(),
    };
    const ready = Object.values(checks).every(Boolean);
    response.status(ready ? 200 : 503);
    return { status: ready ? 'ok' : 'unavailable', checks, audit: this.delivery() };
  }

  @Get('metrics')
  async expose(@Res() response: Response): Promise<void> {
    const { contentType, text } = await this.metrics.expose();
    response.type(contentType).send(text);
  }

  /** How its own events get away; texts of errors name hosts, and this page is for everybody. */
  private delivery() {
    const { pending, oldestPendingMs, state, publisher } = this.audit.status();
    return { pending, oldestPendingMs, state, publisher: { kind: publisher.kind, connected: publisher.connected } };
  }

  private async isDatabaseUp(): Promise<boolean> {
    return this.database.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}
