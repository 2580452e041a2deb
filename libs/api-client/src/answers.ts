import type { AuditEvent, CheckResult } from '@holdshort/audit-events';
import type {
  Agent,
  ApiToken,
  Approval,
  DataKey,
  DeadLetter,
  DeviceLogin,
  GithubLink,
  Grant,
  GroupRoles,
  KeptText,
  KillSwitch,
  LegalHold,
  Me,
  OpenedSession,
  Overview,
  Page,
  PolicyActivation,
  PolicyCheck,
  PolicyDetail,
  PolicyDiff,
  PolicyStarter,
  PolicySummary,
  Session,
  SignIn,
  Simulation,
} from './answer-types.js';
import type { CommitCauses, SessionCauses } from './cause-types.js';
import type { HeldContent } from './held-types.js';
import type { Calls } from './gen/calls.js';

/** What calls answer; what is not here is read by no client of ours. */
export interface Answers {
  'DELETE /grants/{id}': Grant;
  'GET /agents': { items: Agent[] };
  'GET /approvals': Page<Approval>;
  'GET /approvals/{id}': Approval;
  'GET /approvals/{id}/content': { content: HeldContent | null };
  // what is read from these is told apart by their readers, which trust nothing
  'GET /audit/anchors': Page<unknown>;
  'GET /audit/events': Page<AuditEvent>;
  'GET /audit/heads': Page<unknown>;
  'GET /audit/keys': Page<unknown>;
  'GET /audit/trail': Page<unknown>;
  'DELETE /legal-holds/{session}': LegalHold;
  'GET /causes/commits/{sha}': CommitCauses;
  'GET /causes/sessions/{id}': SessionCauses;
  'GET /dead-letters': { items: DeadLetter[] };
  'GET /legal-holds': { items: LegalHold[] };
  'POST /dead-letters/replay': { wanted: number };
  'POST /legal-holds': LegalHold;
  'GET /github/links': { items: GithubLink[] };
  'GET /grants': { items: Grant[] };
  'GET /keys': { items: DataKey[] };
  'GET /kill-switches': { items: KillSwitch[] };
  'GET /audit/verification': CheckResult & { since: string; more: boolean };
  'GET /auth/me': Me;
  'GET /overview': Overview;
  'POST /policies/check': PolicyCheck;
  'POST /auth/browser-logout': { location: string };
  'GET /policies': Page<PolicySummary>;
  'GET /policies/activations': Page<PolicyActivation>;
  'GET /policies/active': PolicyDetail;
  'GET /policies/starters': { items: PolicyStarter[] };
  'GET /policies/{id}': PolicyDetail;
  'GET /policies/{id}/diff': PolicyDiff;
  'GET /prompts': Page<KeptText>;
  'GET /roles': { items: GroupRoles[] };
  'GET /sessions': Page<Session>;
  'GET /sessions/{id}': Session;
  'GET /simulations/{id}': Simulation;
  'GET /tokens': Page<ApiToken>;
  'POST /agents/join-tokens': { token: string; expires_at: string };
  'POST /auth/break-glass': SignIn;
  'POST /auth/device': DeviceLogin;
  'POST /auth/device/token': SignIn;
  'POST /github/links/device': DeviceLogin;
  'POST /github/links/device/token': GithubLink;
  'POST /grants': Grant;
  'POST /keys/rotate': { current: string; rewrapped: number };
  'POST /kill-switches': KillSwitch;
  'POST /kill-switches/{id}/lift': KillSwitch;
  'POST /policies': PolicySummary;
  'POST /policies/break-glass': { expires_at: string };
  'POST /policies/rollback': PolicySummary;
  'POST /policies/{id}/activate': PolicySummary;
  'POST /policies/{id}/review': PolicySummary;
  'POST /policies/{id}/submit': PolicySummary;
  'POST /sessions': OpenedSession;
  'POST /simulations': Simulation;
  'POST /tokens': ApiToken & { token: string };
}

export type AnswerOf<K extends keyof Calls> = K extends keyof Answers ? Answers[K] : unknown;
