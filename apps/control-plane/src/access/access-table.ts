import type { Role } from '../auth/identity.js';

/**
 * Who may call what. Every route and every RPC has a row; what has none is refused and logged as a bug.
 * A row says who reaches the handler. What they see of it (own sessions, own approvals) the handler decides.
 */
export type HttpRule = HttpCallers & {
  /** A job or pod with an OIDC token is let in too; `once`: by one token one time only. */
  workload?: 'once' | 'again';
};

type HttpCallers =
  /** Nobody is asked who they are. */
  | { who: 'public' }
  /** Anyone signed in, with or without a role. */
  | { who: 'anyone' }
  | { who: 'roles'; roles: readonly Role[] }
  /** As `roles`, or the launcher's bootstrap secret. */
  | { who: 'roles-or-launcher'; roles: readonly Role[] };

const everyRole = ['engineer', 'approver', 'auditor', 'policy_editor', 'admin'] as const;
const workers = ['engineer', 'approver', 'admin'] as const;

/** Who writes, reviews and simulates policies; bringing one into force is for administrators alone. */
const editors = ['policy_editor', 'admin'] as const;

export const HTTP_ACCESS: Readonly<Record<string, HttpRule>> = {
  'GET /': { who: 'public' },
  'GET /assets/:file': { who: 'public' },
  'GET /healthz': { who: 'public' },
  'GET /readyz': { who: 'public' },
  'GET /account': { who: 'public' },
  'GET /auth/login': { who: 'public' },
  'GET /signed-out': { who: 'public' },
  'GET /metrics': { who: 'public' },
  'GET /api/v1/health': { who: 'public' },
  'GET /api/v1/openapi.json': { who: 'public' },
  'GET /schemas': { who: 'public' },
  'GET /schemas/events/v1/:file': { who: 'public' },

  // the page of the console, which has nothing in it yet; what it shows it asks of the rows below
  'GET /*path': { who: 'public' },

  'POST /api/v1/auth/device': { who: 'public' },
  'POST /api/v1/auth/device/token': { who: 'public' },
  'POST /api/v1/auth/break-glass': { who: 'public' },
  'GET /api/v1/auth/login': { who: 'public' },
  'GET /api/v1/auth/callback': { who: 'public' },
  'POST /api/v1/auth/backchannel-logout': { who: 'public' },
  'POST /api/v1/auth/browser-logout': { who: 'anyone' },
  'POST /api/v1/auth/logout': { who: 'anyone' },
  'GET /api/v1/auth/me': { who: 'anyone', workload: 'again' },

  'POST /api/v1/tokens': { who: 'roles', roles: everyRole },
  'GET /api/v1/tokens': { who: 'roles', roles: everyRole },
  'DELETE /api/v1/tokens/:id': { who: 'roles', roles: everyRole },

  // the handlers ask for a signed-in browser, and lead to the sign-in where there is none
  'GET /github/link': { who: 'public' },
  'GET /github/callback': { who: 'public' },
  'POST /api/v1/github/links/device': { who: 'roles', roles: workers },
  'POST /api/v1/github/links/device/token': { who: 'roles', roles: workers },
  'GET /api/v1/github/links': { who: 'roles', roles: everyRole },
  'DELETE /api/v1/github/links/:id': { who: 'roles', roles: everyRole },

  'GET /api/v1/roles': { who: 'roles', roles: ['admin', 'auditor'] },
  'PUT /api/v1/roles/:group': { who: 'roles', roles: ['admin'] },

  'POST /api/v1/sessions': { who: 'roles', roles: workers, workload: 'once' },
  'GET /api/v1/sessions': { who: 'roles', roles: everyRole },
  'GET /api/v1/sessions/:id': { who: 'roles', roles: everyRole, workload: 'again' },
  'DELETE /api/v1/sessions/:id': { who: 'roles', roles: workers, workload: 'again' },

  'GET /api/v1/approvals': { who: 'roles', roles: everyRole },
  'GET /api/v1/approvals/:id': { who: 'roles', roles: everyRole },
  // the handler shows it to those who may answer, and nobody else
  'GET /api/v1/approvals/:id/content': { who: 'roles', roles: workers },
  'POST /api/v1/approvals/:id/approve': { who: 'roles', roles: workers },
  'POST /api/v1/approvals/:id/reject': { who: 'roles', roles: workers },

  // Slack, by the signature over the body
  'POST /api/v1/slack/interactions': { who: 'public' },

  'POST /api/v1/grants': { who: 'roles', roles: workers },
  'GET /api/v1/grants': { who: 'roles', roles: everyRole },
  'DELETE /api/v1/grants/:id': { who: 'roles', roles: workers },

  'GET /api/v1/audit/events': { who: 'roles', roles: everyRole },
  // the whole trail with what was signed of it, to be verified; public keys and hashes tell nothing by themselves
  'GET /api/v1/audit/trail': { who: 'roles', roles: ['admin', 'approver', 'auditor'] },
  'GET /api/v1/audit/verification': { who: 'roles', roles: ['admin', 'approver', 'auditor'] },
  'GET /api/v1/audit/keys': { who: 'roles', roles: everyRole },
  'GET /api/v1/audit/heads': { who: 'roles', roles: ['admin', 'approver', 'auditor'] },
  'GET /api/v1/audit/anchors': { who: 'roles', roles: ['admin', 'approver', 'auditor'] },
  'POST /api/v1/legal-holds': { who: 'roles', roles: ['admin', 'auditor'] },
  'GET /api/v1/legal-holds': { who: 'roles', roles: ['admin', 'auditor'] },
  // what ends a hold may end the evidence
  'DELETE /api/v1/legal-holds/:session': { who: 'roles', roles: ['admin'] },

  // texts of people's prompts: for those who look into what happened, and nobody else
  'GET /api/v1/prompts': { who: 'roles', roles: ['auditor'] },

  // as much of it as the caller may search
  'GET /api/v1/causes/sessions/:id': { who: 'roles', roles: everyRole },
  'GET /api/v1/causes/commits/:sha': { who: 'roles', roles: everyRole },

  'GET /api/v1/dead-letters': { who: 'roles', roles: ['admin', 'auditor'] },
  'POST /api/v1/dead-letters/replay': { who: 'roles', roles: ['admin'] },

  'GET /api/v1/overview': { who: 'roles', roles: everyRole },

  'GET /api/v1/policies': { who: 'roles', roles: everyRole },
  'POST /api/v1/policies': { who: 'roles', roles: editors },
  'POST /api/v1/policies/check': { who: 'roles', roles: editors },
  'GET /api/v1/policies/starters': { who: 'roles', roles: everyRole },
  'GET /api/v1/policies/active': { who: 'roles', roles: everyRole },
  'GET /api/v1/policies/activations': { who: 'roles', roles: everyRole },
  'POST /api/v1/policies/rollback': { who: 'roles', roles: ['admin'] },
  'POST /api/v1/policies/break-glass': { who: 'roles', roles: ['admin'] },
  'GET /api/v1/policies/:id': { who: 'roles', roles: everyRole },
  'GET /api/v1/policies/:id/diff': { who: 'roles', roles: everyRole },
  'POST /api/v1/policies/:id/submit': { who: 'roles', roles: editors },
  'POST /api/v1/policies/:id/review': { who: 'roles', roles: editors },
  'POST /api/v1/policies/:id/activate': { who: 'roles', roles: ['admin'] },
  'POST /api/v1/simulations': { who: 'roles', roles: editors },
  'GET /api/v1/simulations/:id': { who: 'roles', roles: editors },

  'POST /api/v1/agents/join-tokens': { who: 'roles-or-launcher', roles: ['admin'] },
  // a workspace that shows what it is; see docs/joining.md
  'POST /api/v1/join/nonces': { who: 'public' },
  'POST /api/v1/join': { who: 'public' },
  'GET /api/v1/agents': { who: 'roles', roles: ['admin', 'approver', 'auditor'] },
  'POST /api/v1/agents/:id/revoke': { who: 'roles', roles: ['admin'] },

  'GET /api/v1/keys': { who: 'roles', roles: ['admin', 'auditor'] },
  'POST /api/v1/keys/rotate': { who: 'roles', roles: ['admin'] },

  'POST /api/v1/kill-switches': { who: 'roles', roles: ['admin'] },
  'GET /api/v1/kill-switches': { who: 'roles', roles: ['admin', 'approver', 'auditor'] },
  'POST /api/v1/kill-switches/:id/lift': { who: 'roles', roles: ['admin'] },
};

/** `bootstrap`: the certificate of an unused join token. `agent`: the certificate of an enrolled agent. */
export type GrpcRule = 'bootstrap' | 'agent';

export const GRPC_ACCESS: Readonly<Record<string, GrpcRule>> = {
  'holdshort.agent.v1.EnrolmentService/Enrol': 'bootstrap',
  'holdshort.agent.v1.EnrolmentService/RenewCertificate': 'agent',
  'holdshort.agent.v1.SessionService/ResolveSession': 'agent',
  'holdshort.agent.v1.DecisionService/Decide': 'agent',
  'holdshort.agent.v1.DecisionService/ListPermittedActions': 'agent',
  'holdshort.agent.v1.ApprovalService/AwaitApproval': 'agent',
  'holdshort.agent.v1.ApprovalService/ShowHeld': 'agent',
  'holdshort.agent.v1.PromptService/StorePrompt': 'agent',
  'holdshort.agent.v1.TrailService/CertifyKey': 'agent',
  'holdshort.agent.v1.TrailService/CountersignHead': 'agent',
  'holdshort.agent.v1.WatchService/Watch': 'agent',
};
