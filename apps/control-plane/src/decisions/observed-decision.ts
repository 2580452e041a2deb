import { Inject, Injectable } from '@nestjs/common';
import type { agentV1 } from '@holdshort/contracts';
import type { Tracing } from '@holdshort/telemetry';
import { METRICS, type ControlPlaneMetrics } from '../health/metrics.js';
import { TRACING } from '../tracing.js';
import { effectName } from './judgement.js';

/** Puts a decision into metrics and traces; what it says is not touched. */
@Injectable()
export class ObservedDecision {
  constructor(
    @Inject(METRICS) private readonly metrics: ControlPlaneMetrics,
    @Inject(TRACING) private readonly tracing: Tracing,
  ) {}

  async observe(
    request: agentV1.DecideRequest,
    decide: () => Promise<agentV1.DecideResponse>,
  ): Promise<agentV1.DecideResponse> {
    const started = performance.now();
    const response = await this.traced(request, decide);
    const effect = effectName(response.effect);
    const seconds = (performance.now() - started) / 1000;
    this.metrics.add('holdshort_control_plane_decisions_total', { effect });
    this.metrics.observe('holdshort_control_plane_decision_duration_seconds', { effect }, seconds);
    if (effect === 'deny')
      for (const code of response.reasonCodes) this.metrics.add('holdshort_control_plane_denials_total', { code });
    return response;
  }

  /** A question beside decisions. */
  trace<T>(name: Parameters<Tracing['run']>[0], parent: string | undefined, ask: () => Promise<T>): Promise<T> {
    return this.tracing.run(name, { kind: 'server', parent }, ask);
  }

  /** The stream is one for all questions, so each brings its own parent. */
  private traced(
    request: agentV1.DecideRequest,
    decide: () => Promise<agentV1.DecideResponse>,
  ): Promise<agentV1.DecideResponse> {
    return this.tracing.run('decide', { kind: 'server', parent: request.traceParent }, async (span) => {
      const response = await decide();
      span.set({
        'holdshort.correlation_id': request.correlationId,
        'holdshort.effect': effectName(response.effect),
        'holdshort.code': response.reasonCodes[0],
      });
      return response;
    });
  }
}
