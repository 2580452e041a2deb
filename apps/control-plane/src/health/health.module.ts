import { Module } from '@nestjs/common';
import { SignalsModule } from '../signals/signals.module.js';
import { HealthController } from './health.controller.js';

@Module({ imports: [SignalsModule], controllers: [HealthController] })
export class HealthModule {}
