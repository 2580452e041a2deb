import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import type { agentV1 } from '@holdshort/contracts';
import { peerOf } from '../access/peer.js';
import { PromptsService } from './prompts.service.js';

@Controller()
export class PromptGrpc {
  constructor(private readonly prompts: PromptsService) {}

  @GrpcMethod('PromptService', 'StorePrompt')
  async store(
    request: agentV1.StorePromptRequest,
    _metadata: Metadata,
    call: object,
  ): Promise<agentV1.StorePromptResponse> {
    return { stored: await this.prompts.store(request, peerOf(call).id) };
  }
}
