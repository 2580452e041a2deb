import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import type { agentV1 } from '@holdshort/contracts';
import type { Tracing } from '@holdshort/telemetry';
import { TRACING, parentIn } from '../tracing.js';
import { peerOf } from '../access/peer.js';
import { PromptKeepings } from '../prompts/prompt-keepings.js';
import { humanOfSession } from './session-view.js';
import { SessionsService } from './sessions.service.js';

@Controller()
export class SessionGrpc {
  constructor(
    private readonly sessions: SessionsService,
    private readonly keepings: PromptKeepings,
    @Inject(TRACING) private readonly tracing: Tracing,
  ) {}

  @GrpcMethod('SessionService', 'ResolveSession')
  async resolve(
    request: agentV1.ResolveSessionRequest,
    metadata: Metadata,
    call: object,
  ): Promise<agentV1.ResolveSessionResponse> {
    const session = await this.tracing.run('look up session', { kind: 'server', parent: parentIn(metadata) }, () =>
      this.sessions.resolve(request.credentialSha256, peerOf(call).id),
    );
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
