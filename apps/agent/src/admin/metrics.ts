import { showSpool, type AuditTrail } from '@holdshort/audit-publisher';
import type { Outcome } from '@holdshort/audit-events';
import type { ReasonCode } from '@holdshort/errors';
import type { OperationClass, Surface } from '@holdshort/github-operations';
import { createMetrics, type MetricSet } from '@holdshort/telemetry';
import { AGENT_METRICS, type HoldEnd, type Rpc } from './metrics-table.js';

/** A call that has ended. */
export interface EndedCall {
  surface: Surface;
  class: OperationClass;
  outcome: Outcome;
  code: ReasonCode | undefined;
  /** Milliseconds. */
  took: number;
}

/** What Prometheus sees of the agent. */
export class AgentMetrics {
  readonly #set: MetricSet<typeof AGENT_METRICS> = createMetrics(AGENT_METRICS);
  #open = 0;

  constructor(sources: { trail: AuditTrail; connected: () => boolean }) {
    showSpool(this.#set, 'agent', sources.trail);
    this.#set.read('holdshort_agent_calls_under_way', () => this.#open);
    this.#set.read('holdshort_agent_control_plane_connected', () => Number(sources.connected()));
  }

  expose(): Promise<{ contentType: string; text: string }> {
    return this.#set.expose();
  }

  /** Calls that have not ended. */
  underWay(): number {
    return this.#open;
  }

  started(): void {
    this.#open += 1;
  }

  ended({ surface, class: grade, outcome, code, took }: EndedCall): void {
    this.#open -= 1;
    this.#set.add('holdshort_agent_calls_total', { surface, class: grade, outcome });
    this.#set.observe('holdshort_agent_call_duration_seconds', { surface }, took / 1000);
    if (code !== undefined) this.#set.add('holdshort_agent_refusals_total', { surface, code });
  }

  /** A request that reached no pipeline. */
  refusedUnrouted(code: ReasonCode): void {
    this.#set.add('holdshort_agent_refusals_total', { surface: 'none', code });
  }

  tunnelled(): void {
    this.#set.add('holdshort_agent_tunnels_total', {});
  }

  decided(effect: 'allow' | 'deny' | 'hold', from: 'control_plane' | 'cache'): void {
    this.#set.add('holdshort_agent_decisions_total', { effect, from });
  }

  /** @param took milliseconds */
  held(end: HoldEnd, took: number): void {
    this.#set.observe('holdshort_agent_hold_wait_seconds', { end }, took / 1000);
  }

  /** @param took milliseconds */
  asked(rpc: Rpc, code: ReasonCode | 'ok', took: number): void {
    this.#set.add('holdshort_agent_grpc_calls_total', { rpc, code });
    this.#set.observe('holdshort_agent_grpc_call_duration_seconds', { rpc }, took / 1000);
  }
}
