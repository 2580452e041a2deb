import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SignalsModule } from '../signals/signals.module.js';
import { ActivatePolicy } from './activate-policy.service.js';
import { BreakGlassService } from './break-glass.service.js';
import { PoliciesController } from './policies.controller.js';
import { PoliciesService } from './policies.service.js';
import { PolicyVersionsService } from './policy-versions.service.js';

@Module({
  imports: [SessionsModule, SignalsModule],
  controllers: [PoliciesController],
  providers: [ActivatePolicy, BreakGlassService, PoliciesService, PolicyVersionsService],
  exports: [BreakGlassService, PoliciesService, PolicyVersionsService],
})
export class PoliciesModule {}
