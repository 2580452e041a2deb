import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SignalsService } from '../signals/signals.service.js';
import { METRICS, type ControlPlaneMetrics } from './metrics.js';

/** What is looked up at each scrape. */
@Injectable()
export class StateMetrics implements OnApplicationBootstrap {
  constructor(
    private readonly database: DataSource,
    private readonly signals: SignalsService,
    @Inject(METRICS) private readonly metrics: ControlPlaneMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.metrics.read('holdshort_control_plane_signals_connected', () => Number(this.signals.isConnected()));
    this.metrics.read('holdshort_control_plane_approvals_waiting', () => this.approvalsWaiting());
  }

  private async approvalsWaiting(): Promise<number> {
    const [row] = await this.database.query<{ waiting: string }[]>(
      "SELECT count(*) AS waiting FROM holdshort.approvals WHERE state = 'pending' AND expires_at > now()",
    );
    return Number(row?.waiting);
  }
}
