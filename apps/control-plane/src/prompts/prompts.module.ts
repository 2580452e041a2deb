import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { PromptGrpc } from './prompt.grpc.js';
import { PromptsController } from './prompts.controller.js';
import { PromptsService } from './prompts.service.js';

@Module({ imports: [SessionsModule], controllers: [PromptGrpc, PromptsController], providers: [PromptsService] })
export class PromptsModule {}
