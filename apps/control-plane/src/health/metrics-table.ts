import { EVENT_TYPE_NAMES } from '@holdshort/audit-events';
import { spoolMetrics } from '@holdshort/audit-publisher';
import { REASONS } from '@holdshort/errors';
import { defineMetrics } from '@holdshort/telemetry';
import { GRPC_ACCESS } from '../access/access-table.js';

const EFFECTS = ['allow', 'deny', 'hold'] as const;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Every metric of the control plane; docs/reference/metrics.md is made from it. */
export const CONTROL_PLANE_METRICS = defineMetrics({
  holdshort_control_plane_decisions_total: {
    ...{ kind: 'counter', unit: 'calls', meaning: 'Decisions made, those that were only asked for included.' },
    labels: { effect: EFFECTS },
  },
  holdshort_control_plane_decision_duration_seconds: {
    // a decision whose lease is there takes about a millisecond, one that mints a token some hundred
    ...{
      kind: 'histogram',
      unit: 'seconds',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    },
    meaning: 'From question to answer.',
    labels: { effect: EFFECTS },
  },
  holdshort_control_plane_denials_total: {
    ...{ kind: 'counter', unit: 'calls', meaning: 'Decisions that refuse, by each of their reason codes.' },
    labels: { code: Object.keys(REASONS) },
  },
  holdshort_control_plane_grpc_calls_total: {
    ...{ kind: 'counter', unit: 'calls' },
    meaning: 'Calls and streams of agents, by whether the access table let them in.',
    labels: { rpc: Object.keys(GRPC_ACCESS), admitted: ['yes', 'no'] },
  },
  holdshort_control_plane_http_requests_total: {
    ...{ kind: 'counter', unit: 'requests', meaning: 'Requests of people and of the command line that were answered.' },
    labels: { method: METHODS, status: ['2xx', '3xx', '4xx', '5xx'] },
  },
  holdshort_control_plane_http_request_duration_seconds: {
    ...{ kind: 'histogram', unit: 'seconds', buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] },
    meaning: 'From the head of a request to the end of its answer.',
    labels: { method: METHODS },
  },
  holdshort_control_plane_events_total: {
    ...{ kind: 'counter', unit: 'events' },
    meaning:
      'Own events by type (docs/reference/events.md), without start and stop: leases are `lease.*`, holds and answers `approval.*`, sign-ins `auth.*`.',
    labels: { type: EVENT_TYPE_NAMES },
  },
  holdshort_control_plane_leases_held: {
    ...{ kind: 'gauge', unit: 'leases', meaning: 'Credentials of GitHub that this replica may hand out again.' },
  },
  holdshort_control_plane_approvals_waiting: {
    ...{ kind: 'gauge', unit: 'calls', meaning: 'Held calls that wait for people now, at all replicas together.' },
  },
  holdshort_control_plane_signals_connected: {
    ...{ kind: 'gauge', unit: 'yes or no' },
    meaning: '1 while this replica hears of approvals, activations and revocations from PostgreSQL.',
  },
  ...spoolMetrics('control_plane'),
});
