import { Controller } from '@nestjs/common';
import { GrpcMethod, GrpcStreamMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import { agentV1 } from '@holdshort/contracts';
import { mergeMap, type Observable } from 'rxjs';
import { peerOf } from '../access/peer.js';
import { AgentsService } from '../agents/agents.service.js';
import { parentIn } from '../tracing.js';
import { DecideService } from './decide.service.js';
import { agentRevoked } from './judgement.js';
import { ObservedDecision } from './observed-decision.js';
import { PermittedActionsService } from './permitted-actions.service.js';

/** Questions of one agent that are worked on at once; more wait in the stream. */
const CONCURRENCY = 256;

@Controller()
export class DecisionGrpc {
  constructor(
    private readonly decisions: DecideService,
    private readonly agents: AgentsService,
    private readonly permitted: PermittedActionsService,
    private readonly observed: ObservedDecision,
  ) {}

  /** The stream lives as long as the agent, so each question asks again whether the agent may ask. */
  @GrpcStreamMethod('DecisionService', 'Decide')
  decide(
    requests: Observable<agentV1.DecideRequest>,
    _metadata: Metadata,
    call: object,
  ): Observable<agentV1.DecideResponse> {
    const agentId = peerOf(call).id;
    return requests.pipe(
      mergeMap((request) => this.observed.observe(request, () => this.decideFor(request, agentId)), CONCURRENCY),
      this.agents.untilRevoked(agentId),
    );
  }

  @GrpcMethod('DecisionService', 'ListPermittedActions')
  listPermittedActions(
    request: agentV1.ListPermittedActionsRequest,
    metadata: Metadata,
    call: object,
  ): Promise<agentV1.ListPermittedActionsResponse> {
    return this.observed.trace('list permitted actions', parentIn(metadata), () =>
      this.permitted.of(request.sessionId, peerOf(call).id),
    );
  }

  private async decideFor(request: agentV1.DecideRequest, agentId: string): Promise<agentV1.DecideResponse> {
    const active = await this.agents.isActive(agentId).catch(() => false);
    // proto-loader says null where the generated types say undefined
    return active
      ? this.decisions.decide(agentV1.DecideRequest.fromPartial(request), agentId)
      : agentRevoked(request.requestId);
  }
}
