import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, GrpcStreamMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import { agentV1 } from '@holdshort/contracts';
import { mergeMap, type Observable } from 'rxjs';
import { peerOf } from '../access/peer.js';
import { AgentsService } from '../agents/agents.service.js';
import { METRICS, type ControlPlaneMetrics } from '../health/metrics.js';
import type { Tracing } from '@holdshort/telemetry';
import { parentIn, TRACING } from '../tracing.js';
import { DecideService } from './decide.service.js';
import { agentRevoked, effectName } from './judgement.js';
import { PermittedActionsService } from './permitted-actions.service.js';

/** Questions of one agent that are worked on at once; more wait in the stream. */
const CONCURRENCY = 256;

@Controller()
export class DecisionGrpc {
  constructor(
    private readonly decisions: DecideService,
    private readonly agents: AgentsService,
    private readonly permitted: PermittedActionsService,
    @Inject(METRICS) private readonly metrics: ControlPlaneMetrics,
    @Inject(TRACING) private readonly tracing: Tracing,
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
      mergeMap((request) => this.answer(request, agentId), CONCURRENCY),
      this.agents.untilRevoked(agentId),
    );
  }

  @GrpcMethod('DecisionService', 'ListPermittedActions')
  listPermittedActions(
    request: agentV1.ListPermittedActionsRequest,
    metadata: Metadata,
    call: object,
  ): Promise<agentV1.ListPermittedActionsResponse> {
    return this.tracing.run('list permitted actions', { kind: 'server', parent: parentIn(metadata) }, () =>
      this.permitted.of(request.sessionId, peerOf(call).id),
    );
  }

  private async answer(request: agentV1.DecideRequest, agentId: string): Promise<agentV1.DecideResponse> {
    const started = performance.now();
    const response = await this.traced(request, agentId);
    const effect = effectName(response.effect);
    const seconds = (performance.now() - started) / 1000;
    this.metrics.add('holdshort_control_plane_decisions_total', { effect });
    this.metrics.observe('holdshort_control_plane_decision_duration_seconds', { effect }, seconds);
    if (effect === 'deny')
      for (const code of response.reasonCodes) this.metrics.add('holdshort_control_plane_denials_total', { code });
    return response;
  }

  /** The stream is one for all questions, so each brings its own parent. */
  private traced(request: agentV1.DecideRequest, agentId: string): Promise<agentV1.DecideResponse> {
    return this.tracing.run('decide', { kind: 'server', parent: request.traceParent }, async (span) => {
      const response = await this.decideFor(request, agentId);
      span.set({
        'holdshort.correlation_id': request.correlationId,
        'holdshort.effect': effectName(response.effect),
        'holdshort.code': response.reasonCodes[0],
      });
      return response;
    });
  }

  private async decideFor(request: agentV1.DecideRequest, agentId: string): Promise<agentV1.DecideResponse> {
    const active = await this.agents.isActive(agentId).catch(() => false);
    // proto-loader says null where the generated types say undefined
    return active
      ? this.decisions.decide(agentV1.DecideRequest.fromPartial(request), agentId)
      : agentRevoked(request.requestId);
  }
}
