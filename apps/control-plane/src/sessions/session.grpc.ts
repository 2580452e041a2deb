import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import type { agentV1 } from '@holdshort/contracts';
import { peerOf } from '../access/peer.js';
import { PromptKeepings } from '../prompts/prompt-keepings.js';
import { humanOfSession } from './session-view.js';
import { SessionsService } from './sessions.service.js';

@Controller()
export class SessionGrpc {
  constructor(
    private readonly sessions: SessionsService,
    private readonly keepings: PromptKeepings,
  ) {}

  @GrpcMethod('SessionService', 'ResolveSession')
  async resolve(
    request: agentV1.ResolveSessionRequest,
    _metadata: Metadata,
    call: object,
  ): Promise<agentV1.ResolveSessionResponse> {
    const session = await this.sessions.resolve(request.credentialSha256, peerOf(call).id);
    return {
      session: {
        id: session.id,
        human: humanOfSession(session),
        assistant: session.assistant,
        isHuman: session.isHuman,
        expiresAt: session.expiresAt.toISOString(),
        workspace: session.workspace,
        promptKeeping: this.keepings.most(session.humanGroups),
      },
    };
  }
}
