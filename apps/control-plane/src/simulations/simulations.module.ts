import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { SimulationsController } from './simulations.controller.js';
import { SimulationsService } from './simulations.service.js';

@Module({ imports: [PoliciesModule], controllers: [SimulationsController], providers: [SimulationsService] })
export class SimulationsModule {}
