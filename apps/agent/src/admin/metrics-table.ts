import { spoolMetrics } from '@holdshort/audit-publisher';
import { REASONS, type ReasonCode } from '@holdshort/errors';
import { OPERATION_CLASSES, SURFACES } from '@holdshort/github-operations';
import { CALL_SECONDS, defineMetrics } from '@holdshort/telemetry';

const CODES = Object.keys(REASONS) as ReasonCode[];
const EFFECTS = ['allow', 'deny', 'hold'] as const;

/** RPCs of the control plane that answer once. */
const RPCS = [
  'Decide',
  'ListPermittedActions',
  'ResolveSession',
  'CertifyKey',
  'CountersignHead',
  'StorePrompt',
  'ShowHeld',
] as const;
export type Rpc = (typeof RPCS)[number];

/** How waiting for people ended. */
const HOLD_ENDS = ['approved', 'rejected', 'expired', 'still_held', 'client_gone', 'failed'] as const;
export type HoldEnd = (typeof HOLD_ENDS)[number];

/** Every metric of the agent; docs/reference/metrics.md is made from it. */
export const AGENT_METRICS = defineMetrics({
  holdshort_agent_calls_total: {
    ...{ kind: 'counter', unit: 'calls', meaning: 'Calls that ended, by how: the outcome of their event.' },
    labels: { surface: SURFACES, class: OPERATION_CLASSES, outcome: ['success', 'refused', 'failed', 'unknown'] },
  },
  holdshort_agent_call_duration_seconds: {
    ...{ kind: 'histogram', unit: 'seconds', buckets: CALL_SECONDS },
    meaning: 'From the head of a call to the end of its answer, waiting for people included.',
    labels: { surface: SURFACES },
  },
  holdshort_agent_calls_under_way: { kind: 'gauge', unit: 'calls', meaning: 'Calls that have not ended.' },
  holdshort_agent_refusals_total: {
    ...{ kind: 'counter', unit: 'calls' },
    meaning:
      'Calls that ended with a reason code (docs/reference/reasons.md), faults included. Surface `none`: refused before it was known.',
    labels: { surface: [...SURFACES, 'none'], code: CODES },
  },
  holdshort_agent_decisions_total: {
    ...{ kind: 'counter', unit: 'calls' },
    meaning: 'Decisions, by whether the control plane gave them or an earlier answer to the same read did.',
    labels: { effect: EFFECTS, from: ['control_plane', 'cache'] },
  },
  holdshort_agent_hold_wait_seconds: {
    ...{ kind: 'histogram', unit: 'seconds', buckets: [1, 5, 10, 20, 30, 60, 120, 300, 600, 1800] },
    meaning: 'How long a held call waited for people, by how the wait ended.',
    labels: { end: HOLD_ENDS },
  },
  holdshort_agent_tunnels_total: {
    ...{ kind: 'counter', unit: 'calls', meaning: 'Connections to other hosts that were let through unread.' },
  },
  holdshort_agent_grpc_calls_total: {
    ...{
      kind: 'counter',
      unit: 'calls',
      meaning: 'Calls to the control plane; code `ok`, or why there was no answer.',
    },
    labels: { rpc: RPCS, code: ['ok', ...CODES] },
  },
  holdshort_agent_grpc_call_duration_seconds: {
    ...{ kind: 'histogram', unit: 'seconds', buckets: CALL_SECONDS },
    meaning: 'From question to answer of the control plane.',
    labels: { rpc: RPCS },
  },
  holdshort_agent_control_plane_connected: {
    ...{ kind: 'gauge', unit: 'yes or no', meaning: '1 while the stream of news from the control plane stands.' },
  },
  ...spoolMetrics('agent'),
});
