import type { EventType } from '@holdshort/audit-events';
import type { GRPC_ACCESS } from './access-table.js';

/** What a call leaves in the trail: the types of its events, or the reason why it leaves none. */
export type Leaves = readonly [EventType, ...EventType[]] | { none: string };

const READS = { none: 'reads what its caller may see' };
const OPEN = { none: 'tells everybody the same' };

/**
 * Each row of the access table, once more: what an auditor finds afterwards. Besides, each refusal of somebody known
 * is an `access.refused`. The access table's meta test refuses a row without an entry.
 */
export const HTTP_EVENTS: Readonly<Record<string, Leaves>> = {
  'GET /': OPEN,
  'GET /assets/:file': OPEN,
  'GET /*path': OPEN,
  'GET /healthz': OPEN,
  'GET /readyz': OPEN,
  'GET /account': OPEN,
  'GET /auth/login': { none: 'the way back from the identity provider is recorded' },
  'GET /signed-out': OPEN,
  'GET /metrics': OPEN,
  'GET /api/v1/health': OPEN,
  'GET /api/v1/openapi.json': OPEN,
  'GET /schemas': OPEN,
  'GET /schemas/events/v1/:file': OPEN,

  'POST /api/v1/auth/device': { none: 'a sign-in begins; how it ends is recorded' },
  'POST /api/v1/auth/device/token': ['auth.login', 'auth.refused'],
  'POST /api/v1/auth/break-glass': ['auth.break_glass_used', 'auth.refused'],
  'GET /api/v1/auth/login': { none: 'a sign-in begins; how it ends is recorded' },
  'GET /api/v1/auth/callback': ['auth.login', 'auth.refused'],
  'POST /api/v1/auth/backchannel-logout': ['auth.logout', 'session.closed'],
  'POST /api/v1/auth/browser-logout': ['auth.logout'],
  'POST /api/v1/auth/logout': ['auth.logout'],
  'GET /api/v1/auth/me': READS,

  'POST /api/v1/tokens': ['auth.token_created'],
  'GET /api/v1/tokens': READS,
  'DELETE /api/v1/tokens/:id': ['auth.token_revoked'],

  'GET /github/link': { none: 'a link begins; how it ends is recorded' },
  'GET /github/callback': ['github.linked', 'github.unlinked', 'github.link_refused'],
  'POST /api/v1/github/links/device': { none: 'a link begins; how it ends is recorded' },
  'POST /api/v1/github/links/device/token': ['github.linked', 'github.unlinked', 'github.link_refused'],
  'GET /api/v1/github/links': READS,
  'DELETE /api/v1/github/links/:id': ['github.unlinked', 'lease.revoked'],

  'GET /api/v1/roles': READS,
  'PUT /api/v1/roles/:group': ['auth.roles_changed'],

  'POST /api/v1/sessions': ['session.opened'],
  'GET /api/v1/sessions': READS,
  'GET /api/v1/sessions/:id': READS,
  'DELETE /api/v1/sessions/:id': ['session.closed', 'lease.revoked', 'approval.expired'],

  'GET /api/v1/approvals': READS,
  'GET /api/v1/approvals/:id': READS,
  'GET /api/v1/approvals/:id/content': ['approval.content_read'],
  'POST /api/v1/approvals/:id/approve': ['approval.granted'],
  'POST /api/v1/approvals/:id/reject': ['approval.rejected'],

  'POST /api/v1/slack/interactions': ['approval.granted', 'approval.rejected'],

  'POST /api/v1/grants': ['grant.given'],
  'GET /api/v1/grants': READS,
  'DELETE /api/v1/grants/:id': ['grant.revoked'],

  'GET /api/v1/audit/events': ['audit.read', 'audit.exported'],
  'GET /api/v1/audit/trail': ['audit.exported'],
  'GET /api/v1/audit/verification': ['audit.read'],
  'GET /api/v1/audit/keys': READS,
  'GET /api/v1/audit/heads': READS,
  'GET /api/v1/audit/anchors': READS,
  'GET /api/v1/prompts': ['prompt.read'],
  'GET /api/v1/causes/sessions/:id': ['audit.read'],
  'GET /api/v1/causes/commits/:sha': ['audit.read'],
  'GET /api/v1/dead-letters': READS,
  'POST /api/v1/dead-letters/replay': ['audit.replay_wanted'],
  'POST /api/v1/legal-holds': ['audit.hold_placed'],
  'GET /api/v1/legal-holds': READS,
  'DELETE /api/v1/legal-holds/:session': ['audit.hold_released'],

  'GET /api/v1/overview': READS,

  'GET /api/v1/policies': READS,
  'POST /api/v1/policies': ['policy.saved'],
  'POST /api/v1/policies/check': { none: 'stores nothing' },
  'GET /api/v1/policies/starters': OPEN,
  'GET /api/v1/policies/active': READS,
  'GET /api/v1/policies/activations': READS,
  'POST /api/v1/policies/rollback': ['policy.activated'],
  'POST /api/v1/policies/break-glass': ['policy.break_glass'],
  'GET /api/v1/policies/:id': READS,
  'GET /api/v1/policies/:id/diff': READS,
  'POST /api/v1/policies/:id/submit': ['policy.submitted'],
  'POST /api/v1/policies/:id/review': ['policy.reviewed'],
  'POST /api/v1/policies/:id/activate': ['policy.activated'],
  'POST /api/v1/simulations': ['policy.simulated'],
  'GET /api/v1/simulations/:id': READS,

  'POST /api/v1/agents/join-tokens': ['agent.join_token_created'],
  'POST /api/v1/join/nonces': { none: 'a number for one join; the join is recorded' },
  'POST /api/v1/join': ['agent.joined', 'agent.join_refused'],
  'GET /api/v1/agents': READS,
  'POST /api/v1/agents/:id/revoke': ['agent.revoked', 'session.closed'],

  'GET /api/v1/keys': READS,
  'POST /api/v1/keys/rotate': ['keys.rotated'],

  'POST /api/v1/kill-switches': ['kill.engaged', 'session.closed'],
  'GET /api/v1/kill-switches': READS,
  'POST /api/v1/kill-switches/:id/lift': ['kill.lifted'],
};

export const GRPC_EVENTS: Readonly<Record<keyof typeof GRPC_ACCESS, Leaves>> = {
  'holdshort.agent.v1.EnrolmentService/Enrol': ['agent.enrolled', 'agent.enrolment_refused'],
  'holdshort.agent.v1.EnrolmentService/RenewCertificate': ['agent.renewed'],
  'holdshort.agent.v1.SessionService/ResolveSession': { none: 'part of a call, which the agent records' },
  // the decision itself stands in the agent's event of the call
  'holdshort.agent.v1.DecisionService/Decide': [
    'call.read',
    'call.write',
    'call.refused',
    'approval.requested',
    'approval.used',
    'grant.used',
    'lease.issued',
    'github.link_refreshed',
    'github.link_broken',
  ],
  'holdshort.agent.v1.DecisionService/ListPermittedActions': { none: 'part of a call, which the agent records' },
  'holdshort.agent.v1.ApprovalService/AwaitApproval': { none: 'waits for an answer, which is recorded' },
  'holdshort.agent.v1.ApprovalService/ShowHeld': { none: 'part of a hold, which is recorded; who reads it is too' },
  'holdshort.agent.v1.PromptService/StorePrompt': ['model.exchange'],
  'holdshort.agent.v1.TrailService/CertifyKey': ['audit.key_certified'],
  'holdshort.agent.v1.TrailService/CountersignHead': ['audit.head_refused'],
  'holdshort.agent.v1.WatchService/Watch': { none: 'hears of what is recorded where it happens' },
};
