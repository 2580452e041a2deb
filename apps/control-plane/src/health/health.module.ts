import { Module } from '@nestjs/common';
import { SignalsModule } from '../signals/signals.module.js';
import { StateMetrics } from './state-metrics.js';
import { HealthController } from './health.controller.js';

@Module({ imports: [SignalsModule], controllers: [HealthController], providers: [StateMetrics] })
export class HealthModule {}
