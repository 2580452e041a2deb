// Generated from docs/reference/openapi.json by `npm run generate`.
export type CreateJoinTokenBody = { workspace: string };
export type JoinBody = {
  method: 'aws-iam' | 'oidc' | 'kubernetes';
  token?: string | undefined;
  host?: string | undefined;
  headers?: object | undefined;
};
export type CreateTokenBody = {
  name: string;
  scopes: readonly (
    | 'agents:read'
    | 'agents:write'
    | 'approvals:read'
    | 'approvals:write'
    | 'audit:read'
    | 'causes:read'
    | 'dead-letters:read'
    | 'dead-letters:write'
    | 'grants:read'
    | 'grants:write'
    | 'keys:read'
    | 'keys:write'
    | 'kill-switches:read'
    | 'kill-switches:write'
    | 'legal-holds:read'
    | 'legal-holds:write'
    | 'overview:read'
    | 'policies:read'
    | 'policies:write'
    | 'prompts:read'
    | 'sessions:read'
    | 'sessions:write'
    | 'simulations:read'
    | 'simulations:write'
  )[];
  days?: number | undefined;
};
export type StartDeviceLoginBody = { issuer?: string | undefined };
export type FinishDeviceLoginBody = { handle: string };
export type OneTimePasswordBody = { password: string };
export type BrowserLogoutBody = { csrf?: string | undefined };
export type BackchannelLogoutBody = { logout_token: string };
export type SetRolesBody = { roles: readonly ('engineer' | 'approver' | 'auditor' | 'policy_editor' | 'admin')[] };
export type OpenSessionBody = {
  assistant?: string | undefined;
  human?: boolean | undefined;
  agent_id?: string | undefined;
  workspace?: string | undefined;
  command?: string | undefined;
  undoes?: string | undefined;
};
export type KillBody = {
  reason: string;
  scope: 'session' | 'workspace' | 'engineer' | 'all';
  target?: string | undefined;
};
export type StopReasonBody = { reason: string };
export type ApproveBody = { reason?: string | undefined };
export type RejectBody = { reason: string };
export type GrantBody = {
  session_id?: string | undefined;
  engineer?: string | undefined;
  actions: readonly string[];
  repo: string;
  ref?: string | undefined;
  gates: readonly string[];
  seconds: number;
  reason: string;
};
export type LegalHoldBody = { session_id: string; reason: string };
export type ReplayBody = { ids?: readonly string[] | undefined };
export type LinkPlace = { host?: string | undefined; app?: string | undefined };
export type FinishLinkBody = { handle: string };
export type SavePolicyBody = {
  name: string;
  access: string;
  obligations: string;
  zone?: string | undefined;
  observe?: readonly string[] | undefined;
  repository_sets?: object | undefined;
  cases?: readonly object[] | undefined;
  note?: string | undefined;
  starter?: 'observe-only' | 'balanced' | 'strict' | undefined;
  starter_version?: string | undefined;
  starter_names?: object | undefined;
};
export type ActivationBody = { reason: string; at_once?: boolean | undefined };
export type BreakGlassBody = { session_id: string; reason: string; minutes: number };
export type ReviewBody = { approve: boolean; note?: string | undefined };
export type SimulateBody = { version: string; from?: string | undefined; to?: string | undefined };
/** What each call takes. */
export interface Calls {
  'DELETE /github/links/{id}': { path: { id: string } };
  'DELETE /grants/{id}': { path: { id: string } };
  'DELETE /legal-holds/{session}': { path: { session: string } };
  'DELETE /sessions/{id}': { path: { id: string } };
  'DELETE /tokens/{id}': { path: { id: string } };
  'GET /agents': {};
  'GET /approvals': {
    query?:
      { limit?: number | undefined; cursor?: string | undefined; state?: 'pending' | 'all' | undefined } | undefined;
  };
  'GET /approvals/{id}': { path: { id: string } };
  'GET /approvals/{id}/content': { path: { id: string } };
  'GET /audit/anchors': { query?: { after?: string | undefined; limit?: number | undefined } | undefined };
  'GET /audit/events': {
    query?:
      | {
          session_id?: string | undefined;
          repo?: string | undefined;
          ref?: string | undefined;
          decision?: 'allow' | 'deny' | 'hold' | undefined;
          type?: string | undefined;
          human?: string | undefined;
          correlation_id?: string | undefined;
          assistant?: string | undefined;
          commit?: string | undefined;
          path?: string | undefined;
          policy?: string | undefined;
          text?: string | undefined;
          until?: string | undefined;
          since?: string | undefined;
          after?: string | undefined;
          order?: 'asc' | 'desc' | undefined;
          purpose?: 'search' | 'export' | undefined;
          limit?: number | undefined;
        }
      | undefined;
  };
  'GET /audit/heads': { query?: { after?: string | undefined; limit?: number | undefined } | undefined };
  'GET /audit/keys': { query?: { after?: string | undefined; limit?: number | undefined } | undefined };
  'GET /audit/trail': {
    query?: { since?: string | undefined; after?: string | undefined; limit?: number | undefined } | undefined;
  };
  'GET /audit/verification': { query?: { since?: string | undefined } | undefined };
  'GET /auth/callback': {};
  'GET /auth/login': { query?: { issuer?: string | undefined; return_to?: string | undefined } | undefined };
  'GET /auth/me': {};
  'GET /causes/commits/{sha}': { path: { sha: string } };
  'GET /causes/sessions/{id}': { path: { id: string } };
  'GET /dead-letters': {};
  'GET /github/links': {};
  'GET /grants': { query?: { state?: 'live' | 'all' | undefined } | undefined };
  'GET /keys': {};
  'GET /kill-switches': { query?: { state?: 'engaged' | 'all' | undefined } | undefined };
  'GET /legal-holds': {};
  'GET /overview': { query?: { since?: string | undefined } | undefined };
  'GET /policies': { query?: { limit?: number | undefined; cursor?: string | undefined } | undefined };
  'GET /policies/activations': { query?: { limit?: number | undefined; cursor?: string | undefined } | undefined };
  'GET /policies/active': {};
  'GET /policies/starters': {
    query?:
      { organisation?: string | undefined; engineers?: string | undefined; security?: string | undefined } | undefined;
  };
  'GET /policies/{id}': { path: { id: string } };
  'GET /policies/{id}/diff': { path: { id: string }; query?: { against?: string | undefined } | undefined };
  'GET /prompts': {
    query: { limit?: number | undefined; cursor?: string | undefined; session_id: string; sha256?: string | undefined };
  };
  'GET /roles': {};
  'GET /sessions': {
    query?: { limit?: number | undefined; cursor?: string | undefined; state?: 'live' | 'all' | undefined } | undefined;
  };
  'GET /sessions/{id}': { path: { id: string } };
  'GET /simulations/{id}': { path: { id: string } };
  'GET /tokens': { query?: { limit?: number | undefined; cursor?: string | undefined } | undefined };
  'POST /agents/join-tokens': { body: CreateJoinTokenBody };
  'POST /agents/{id}/revoke': { path: { id: string }; body: StopReasonBody };
  'POST /approvals/{id}/approve': { path: { id: string }; body?: ApproveBody | undefined };
  'POST /approvals/{id}/reject': { path: { id: string }; body: RejectBody };
  'POST /auth/backchannel-logout': {};
  'POST /auth/break-glass': { body: OneTimePasswordBody };
  'POST /auth/browser-logout': { body?: BrowserLogoutBody | undefined };
  'POST /auth/device': { body?: StartDeviceLoginBody | undefined };
  'POST /auth/device/token': { body: FinishDeviceLoginBody };
  'POST /auth/logout': {};
  'POST /dead-letters/replay': { body?: ReplayBody | undefined };
  'POST /github/links/device': { body?: LinkPlace | undefined };
  'POST /github/links/device/token': { body: FinishLinkBody };
  'POST /grants': { body: GrantBody };
  'POST /join': { body: JoinBody };
  'POST /join/nonces': {};
  'POST /keys/rotate': {};
  'POST /kill-switches': { body: KillBody };
  'POST /kill-switches/{id}/lift': { path: { id: string } };
  'POST /legal-holds': { body: LegalHoldBody };
  'POST /policies': { body: SavePolicyBody };
  'POST /policies/break-glass': { body: BreakGlassBody };
  'POST /policies/check': { body: SavePolicyBody };
  'POST /policies/rollback': { body: ActivationBody };
  'POST /policies/{id}/activate': { path: { id: string }; body: ActivationBody };
  'POST /policies/{id}/review': { path: { id: string }; body: ReviewBody };
  'POST /policies/{id}/submit': { path: { id: string } };
  'POST /sessions': { body?: OpenSessionBody | undefined };
  'POST /simulations': { body: SimulateBody };
  'POST /slack/interactions': {};
  'POST /tokens': { body: CreateTokenBody };
  'PUT /roles/{group}': { path: { group: string }; body: SetRolesBody };
}
